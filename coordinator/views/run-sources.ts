import type { RunContexts } from '../runs/run-context.ts';
import type { ConnectedSites } from '../sites/connected-sites.ts';
import type { SiteProgresses } from '../rounds/site-progress.ts';
import type { RunWaits } from '../runs/run-waits.ts';
import type { RunTables } from '../runs/run-tables.ts';

/** What views of runs and rounds read from. */
export interface RunSources {
  readonly read: RunTables;
  readonly contexts: RunContexts;
  readonly waits: RunWaits;
  readonly progress: Pick<SiteProgresses, 'of'>;
  readonly connectedSites: Pick<ConnectedSites, 'names'>;
}
