import { LiveEvents } from '../live-events.ts';

/** Something that happened in a run, for people who watch: state changes and contributions, nothing derived from patients. */
export interface RunEvent {
  readonly run: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly event: string;
  readonly [detail: string]: unknown;
}

export class RunEvents extends LiveEvents<'run', RunEvent> {
  constructor() {
    super('run');
  }
}
