/**
 * What rules need of a database: a consistent view of their tables, and changes that happen
 * together or not at all. Each rule names the tables it uses; coordinator/store has them all.
 */
export interface UnitOfWork<Tables> {
  /** What is committed. */
  readonly read: Tables;

  /**
   * Runs `work` alone; when it ends, everything it wrote is durable, and when it throws, nothing is.
   * Inside, use the tables that are passed in. Do not wait for the network or for another transaction.
   */
  transaction<Result>(work: (tables: Tables) => Promise<Result>): Promise<Result>;
}
