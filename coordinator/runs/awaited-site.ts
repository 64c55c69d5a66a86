import type { AwaitedTask } from '../../shared/studies/awaited-task.ts';

/** A site that a run waits for. */
export interface AwaitedSite {
  readonly site: string;
  readonly task: AwaitedTask;
  readonly sinceMs: number;
}
