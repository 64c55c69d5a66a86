import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect } from 'chai';
import type { Kysely } from 'kysely';
import { openDatabase } from '../../../coordinator/store/database.ts';
import { migrations } from '../../../coordinator/store/migrations/migrations.ts';
import { checkDatabase } from '../../../coordinator/store/snapshot.ts';
import { Store } from '../../../coordinator/store/store.ts';
import { expectError } from '../../support/expect-error.ts';
import { temporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.ts';

const event = { atMs: 1, actor: 'operator', action: 'site invited', subject: 'mercy', detail: {} };
const addsTable = { up: (database: Kysely<unknown>) => database.schema.createTable('addition').addColumn('name', 'text').execute() };

describe('a database', () => {
  let folder: TemporaryFolder;
  let file: string;
  beforeEach(async () => {
    folder = temporaryFolder();
    file = join(folder.path, 'state.sqlite');
    await using store = await Store.open(file);
    await store.transaction(({ audit }) => audit.append(event));
  });
  afterEach(() => folder[Symbol.dispose]());
  const copies = () => (existsSync(join(folder.path, 'backups')) ? readdirSync(join(folder.path, 'backups')) : []);
  const tables = (database: string) => {
    using opened = new DatabaseSync(database);
    return opened.prepare("select name from sqlite_master where type = 'table'").all().map(({ name }) => name);
  };

  it('that is new or of this version is not copied', async () => {
    await using _store = await Store.open(file);
    expect(copies()).to.deep.equal([]);
  });

  it('of an older version is copied first, privately, and then has the new schema and what it held', async () => {
    const { database } = await openDatabase(file, { migrations: { ...migrations, '900-addition': addsTable } });
    await database.destroy();
    expect(tables(file)).to.include('addition');
    const [copy = '', ...others] = copies();
    expect(others).to.deep.equal([]);
    expect(copy).to.match(/^\d{8}T\d{6}\.\d{3}Z-(.+)\.sqlite$/).and.to.contain(Object.keys(migrations).sort().at(-1));
    const path = join(folder.path, 'backups', copy);
    expect(statSync(path).mode & 0o777).to.equal(0o600);
    checkDatabase(path);
    expect(tables(path)).not.to.include('addition');
    await using store = await Store.open(path);
    expect(await store.read.audit.list(0, 10)).to.deep.equal([{ ...event, sequence: 1 }]);
  });

  it('keeps the last five copies', async () => {
    for (let step = 0; step < 7; step++) {
      const added = Object.fromEntries(Array.from({ length: step + 1 }, (_, index) => [`90${index}-none`, { up: () => Promise.resolve() }]));
      await (await openDatabase(file, { migrations: { ...migrations, ...added } })).database.destroy();
    }
    expect(copies().map((name) => name.slice(-15))).to.deep.equal(['901-none.sqlite', '902-none.sqlite', '903-none.sqlite', '904-none.sqlite', '905-none.sqlite']);
  });

  it('is as it was when a migration fails half-way, also what the migrations before it did', async () => {
    const failing = {
      up: async (database: Kysely<unknown>) => {
        await database.schema.createTable('half').addColumn('name', 'text').execute();
        await database.schema.alterTable('site').addColumn('half', 'text').execute();
        throw new Error('the second half is missing');
      },
    };
    const before = tables(file);
    const error = await expectError('migration-failed', openDatabase(file, { migrations: { ...migrations, '900-addition': addsTable, '901-half': failing } }));
    expect(error.message).to.contain('It was 901-half.').and.to.contain(copies()[0]);
    expect(tables(file)).to.deep.equal(before);
    checkDatabase(file);
    await using store = await Store.open(file);
    expect(await store.read.audit.list(0, 10)).to.deep.equal([{ ...event, sequence: 1 }]);
  });

  it('of a newer version is refused and left alone', async () => {
    await (await openDatabase(file, { migrations: { ...migrations, '900-addition': addsTable } })).database.destroy();
    const error = await expectError('database-newer', Store.open(file));
    expect(error.message).to.contain('900-addition');
    expect(copies()).to.have.length(1);
  });
});
