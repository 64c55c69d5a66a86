import { AsyncLocalStorage } from 'node:async_hooks';
import type { UnitOfWork } from '../unit-of-work.ts';
import { AccessGrantTable } from './access-grant-table.ts';
import { AuditTable } from './audit-table.ts';
import { ContributionTable } from './contribution-table.ts';
import { openDatabase, openReader, type Database } from './database.ts';
import { DecryptionTable } from './decryption-table.ts';
import { DepartureReceiptTable } from './departure-receipt-table.ts';
import { EnrolmentTokenTable } from './enrolment-token-table.ts';
import { EpochTable } from './epoch-table.ts';
import { LedgerHeadTable } from './ledger-head-table.ts';
import { ManifestTable } from './manifest-table.ts';
import { ModelVersionTable } from './model-version-table.ts';
import { PayloadReferenceTable } from './payload-reference-table.ts';
import { RememberedReads } from './remembered-reads.ts';
import { RosterTable } from './roster-table.ts';
import { RoundTable } from './round-table.ts';
import { RunTable } from './run-table.ts';
import { SiteTable } from './site-table.ts';
import { StudyDecisionTable } from './study-decision-table.ts';
import { StudyTable } from './study-table.ts';

/** Every table, by its noun. A new table is its own file and one line here. */
function tablesOf(database: Database) {
  return {
    accessGrants: new AccessGrantTable(database),
    audit: new AuditTable(database),
    contributions: new ContributionTable(database),
    decryptions: new DecryptionTable(database),
    departureReceipts: new DepartureReceiptTable(database),
    enrolmentTokens: new EnrolmentTokenTable(database),
    epochs: new EpochTable(database),
    ledgerHeads: new LedgerHeadTable(database),
    manifests: new ManifestTable(database),
    modelVersions: new ModelVersionTable(database),
    payloadReferences: new PayloadReferenceTable(database),
    rosters: new RosterTable(database),
    rounds: new RoundTable(database),
    runs: new RunTable(database),
    sites: new SiteTable(database),
    studies: new StudyTable(database),
    studyDecisions: new StudyDecisionTable(database),
  };
}

export type Tables = ReturnType<typeof tablesOf>;

/** A copy of the database that nobody writes to, to be read as it is. */
export class StoredCopy implements AsyncDisposable {
  readonly read: Tables;
  readonly #reader: Database;

  private constructor(reader: Database) {
    this.#reader = reader;
    this.read = tablesOf(reader);
  }

  static open(file: string): StoredCopy {
    return new StoredCopy(openReader(file));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#reader.destroy();
  }
}

/**
 * The coordinator's state. SQLite has one writer: transactions queue for one connection (Kysely does the
 * queueing), reads have a connection of their own and see what is committed.
 */
export class Store implements UnitOfWork<Tables>, AsyncDisposable {
  readonly read: Tables;
  readonly #writer: Database;
  readonly #reader: Database;
  readonly #inTransaction = new AsyncLocalStorage<true>();

  private constructor(writer: Database, reader: Database, remembered: RememberedReads) {
    this.#writer = writer;
    this.#reader = reader;
    const { audit, ...tables } = tablesOf(reader);
    this.read = { ...remembered.of(tables), audit }; // the log is long, and read once
  }

  static async open(file: string): Promise<Store> {
    const remembered: RememberedReads = new RememberedReads(() => writer.dataVersion());
    const writer = await openDatabase(file, { onWritten: (tables) => remembered.forget(tables) });
    return new Store(writer.database, openReader(file, (tables) => remembered.note(tables)), remembered);
  }

  transaction<Result>(work: (tables: Tables) => Promise<Result>): Promise<Result> {
    if (this.#inTransaction.getStore()) throw new Error('A transaction inside a transaction would wait for itself: pass the tables on.');
    return this.#inTransaction.run(true, () => this.#writer.transaction().execute((transaction) => work(tablesOf(transaction))));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writer.destroy();
    await this.#reader.destroy();
  }
}
