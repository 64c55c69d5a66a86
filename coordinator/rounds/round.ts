import type { RoundPurpose } from '../../shared/studies/round-purpose.ts';
import type { RoundState } from './round-states.ts';

/** One secure sum, from offer to result. */
export interface Round {
  /** The run's id and the round's number: `heart-disease-3.7`. */
  readonly id: string;
  readonly run: string;
  /** Position in the run's schedule, from 0. */
  readonly number: number;
  readonly purpose: RoundPurpose;
  readonly state: RoundState;
  /** When it came into its state. */
  readonly stateAtMs: number;
  readonly attempt: number;
  /** The model version that sites train on or evaluate. */
  readonly baseVersion: string;
  readonly openedAtMs: number;
  readonly deadlineAtMs: number;
  /** How often the deadline was put off. */
  readonly extensions: number;
  /** Why it was abandoned; empty otherwise. */
  readonly reason: string;
  readonly endedAtMs: number | null;
  /** Payload bytes that came from all sites, and that went to them. */
  readonly bytesUp: number;
  readonly bytesDown: number;
}

/** A site's refusal to take part in a round, with a code of the error catalogue. */
export interface Decline {
  readonly run: string;
  readonly site: string;
  readonly assignment: string;
  readonly code: string;
  readonly atMs: number;
}

export interface RoundStore {
  find(id: string): Promise<Round | undefined>;
  list(run: string): Promise<Round[]>;
  /** The last of the list. */
  newest(run: string): Promise<Round | undefined>;
  insert(round: Round): Promise<void>;
  update(id: string, change: Partial<Omit<Round, 'id' | 'run' | 'number'>>): Promise<void>;
  addBytesDown(id: string, bytes: number): Promise<void>;
  decline(decline: Decline): Promise<void>;
  declines(run: string): Promise<Decline[]>;
}
