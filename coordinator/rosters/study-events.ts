import { LiveEvents } from '../live-events.ts';

/** Something that happened to a study before its runs: a roster was signed, a hospital decided. */
export interface StudyEvent {
  readonly study: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly event: 'roster-signed' | 'study-approved' | 'study-refused' | 'study-withdrawn';
  readonly [detail: string]: unknown;
}

export class StudyEvents extends LiveEvents<'study', StudyEvent> {
  constructor() {
    super('study');
  }
}
