import type { RunContexts } from '../runs/run-context.ts';
import type { RunTables } from '../runs/run-tables.ts';

/** What views of runs and rounds read from. */
export interface RunSources {
  readonly read: RunTables;
  readonly contexts: RunContexts;
}
