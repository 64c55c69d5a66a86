import type { AwaitedTask } from '../../shared/http-api/run-wait-resource.ts';

export type { AwaitedTask };

/** A site that a run waits for. */
export interface AwaitedSite {
  readonly site: string;
  readonly task: AwaitedTask;
  readonly sinceMs: number;
}
