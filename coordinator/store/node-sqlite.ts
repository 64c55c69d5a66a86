import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { SqliteAdapter, SqliteDialect, type SqliteStatement } from 'kysely';

/** The coordinator's queries are a few hundred; preparing one costs more than most of them. */
const preparedMaxCount = 1000;

export interface OpenedSqlite {
  readonly dialect: SqliteDialect;
  /** Another number after every commit that is not this connection's own (sqlite.org, PRAGMA data_version). */
  dataVersion(): number;
}

/**
 * Kysely's SQLite dialect on the SQLite that comes with Node.
 *
 * Write-ahead log with `synchronous = FULL`: what a transaction committed survives a power cut. A transaction takes the
 * writer's place when it begins: one that reads first and writes later would fail when another process, such as
 * `consilium-coordinator invite`, wrote in between.
 */
export function openSqlite(file: string, options: { readOnly: boolean }): OpenedSqlite {
  const database = new DatabaseSync(file, { readOnly: options.readOnly, timeout: 5000, enableForeignKeyConstraints: true });
  if (!options.readOnly) database.exec('pragma journal_mode = wal; pragma synchronous = full;');
  const version = database.prepare('pragma data_version');
  const prepared = new Map<string, SqliteStatement>();
  const dialect = new NodeSqliteDialect({
    database: {
      close: () => database.close(),
      prepare: (sql) => {
        const known = prepared.get(sql);
        if (known) return known;
        const statement = statementOf(database, sql);
        if (prepared.size === preparedMaxCount) prepared.clear();
        prepared.set(sql, statement);
        return statement;
      },
    },
  });
  return { dialect, dataVersion: () => Number(version.get()?.['data_version']) };
}

function statementOf(database: DatabaseSync, sql: string): SqliteStatement {
  const statement = database.prepare(sql === 'begin' ? 'begin immediate' : sql);
  return {
    reader: statement.columns().length > 0,
    all: (parameters) => statement.all(...(parameters as SQLInputValue[])),
    run: (parameters) => statement.run(...(parameters as SQLInputValue[])),
    iterate: (parameters) => statement.iterate(...(parameters as SQLInputValue[])),
  };
}

class NodeSqliteDialect extends SqliteDialect {
  override createAdapter(): SqliteAdapter {
    return new TransactionalDdl();
  }
}

/** SQLite undoes changes of the schema with their transaction; Kysely's own adapter makes no use of that when it migrates. */
class TransactionalDdl extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}
