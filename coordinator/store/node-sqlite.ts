import { constants, DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { SqliteAdapter, SqliteDialect, type SqliteStatement } from 'kysely';

/** The coordinator's queries are a few hundred; preparing one costs more than most of them. */
const preparedMaxCount = 1000;

export interface SqliteOptions {
  readonly readOnly: boolean;
  /** Told of the tables that a query has read. */
  readonly onRead?: (tables: ReadonlySet<string>) => void;
  /** Told of the tables that a transaction has written, at once when it is over. */
  readonly onWritten?: (tables: ReadonlySet<string>) => void;
}

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
export function openSqlite(file: string, options: SqliteOptions): OpenedSqlite {
  const database = new DatabaseSync(file, { readOnly: options.readOnly, timeout: 5000, enableForeignKeyConstraints: true });
  if (!options.readOnly) database.exec('pragma journal_mode = wal; pragma synchronous = full;');
  const version = database.prepare('pragma data_version');
  const statements = new Statements(database, options);
  const dialect = new NodeSqliteDialect({ database: { close: () => database.close(), prepare: (sql) => statements.prepared(sql) } });
  return { dialect, dataVersion: () => Number(version.get()?.['data_version']) };
}

/** Statements that are prepared once, and tell which tables they use. */
class Statements {
  readonly #database: DatabaseSync;
  readonly #options: SqliteOptions;
  readonly #prepared = new Map<string, SqliteStatement>();
  #preparing: TableUse | undefined;
  /** By the transaction that is under way. */
  #written = new Set<string>();

  constructor(database: DatabaseSync, options: SqliteOptions) {
    this.#database = database;
    this.#options = options;
    // SQLite asks while it prepares a statement, about the tables of its triggers too (sqlite.org, sqlite3_set_authorizer).
    database.setAuthorizer((action, table) => {
      if (table !== null && this.#preparing) note(this.#preparing, action, table);
      return constants.SQLITE_OK;
    });
  }

  prepared(sql: string): SqliteStatement {
    const known = this.#prepared.get(sql);
    if (known) return known;
    const statement = this.#prepare(sql === 'begin' ? 'begin immediate' : sql);
    if (this.#prepared.size === preparedMaxCount) this.#prepared.clear();
    this.#prepared.set(sql, statement);
    return statement;
  }

  #prepare(sql: string): SqliteStatement {
    const use: TableUse = { reads: new Set(), writes: new Set() };
    const statement = this.#preparedNoting(use, sql);
    return {
      reader: statement.columns().length > 0,
      all: (parameters) => this.#used(use, statement.all(...(parameters as SQLInputValue[]))),
      run: (parameters) => this.#used(use, statement.run(...(parameters as SQLInputValue[]))),
      iterate: (parameters) => this.#used(use, statement.iterate(...(parameters as SQLInputValue[]))),
    };
  }

  #preparedNoting(use: TableUse, sql: string): StatementSync {
    this.#preparing = use;
    try {
      return this.#database.prepare(sql);
    } finally {
      this.#preparing = undefined;
    }
  }

  #used<Result>({ reads, writes }: TableUse, result: Result): Result {
    if (reads.size > 0) this.#options.onRead?.(reads);
    for (const table of writes) this.#written.add(table);
    if (this.#written.size > 0 && !this.#database.isTransaction) {
      const written = this.#written;
      this.#written = new Set();
      this.#options.onWritten?.(written);
    }
    return result;
  }
}

/** Names of the tables that a statement uses. */
interface TableUse {
  readonly reads: Set<string>;
  readonly writes: Set<string>;
}

function note({ reads, writes }: TableUse, action: number, table: string): void {
  const { SQLITE_READ, SQLITE_INSERT, SQLITE_UPDATE, SQLITE_DELETE } = constants;
  if (action === SQLITE_READ) reads.add(table);
  if (action === SQLITE_INSERT || action === SQLITE_UPDATE || action === SQLITE_DELETE) writes.add(table);
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
