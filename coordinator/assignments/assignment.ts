import type { Part } from '../../shared/layouts/vector-layout.ts';
import type { ClosedEpoch } from '../../shared/statements/epoch-closing.ts';
import type { SignedRoster } from '../../shared/statements/roster.ts';
import type { EpochStart, SealedBox } from '../../shared/statements/run-statements.ts';
import type { SignedOutcome } from '../decryptions/agreed-outcome.ts';
import type { Epoch, EpochMember } from '../group-keys/epoch.ts';
import type { CoSignedManifest } from '../manifests/manifest.ts';
import type { ModelVersion } from '../model-versions/model-version.ts';
import type { Round } from '../rounds/round.ts';
import type { Run } from '../runs/run.ts';
import type { ReadStudy } from '../studies/study.ts';

/** An epoch with everything that is bound to it. */
export interface EpochDescription {
  readonly study: ReadStudy;
  readonly run: Run;
  readonly epoch: Epoch;
  readonly members: readonly EpochMember[];
}

/** An epoch whose group key is being made, with the signed roster that its members check. */
export interface KeyingDescription extends EpochDescription {
  readonly roster: SignedRoster;
  /** The epoch of the run before; nothing for the first. */
  readonly closed: ClosedEpoch | undefined;
}

/** A round with everything that a site needs to take part. */
export interface RoundDescription extends EpochDescription {
  readonly round: Round;
  /** Which training round it is, from 1; 0 in other rounds. */
  readonly trainingRound: number;
  readonly base: ModelVersion;
  /** Of the round before; nothing in the first round of an epoch. */
  readonly outcome: SignedOutcome | undefined;
  /** Layout fingerprints by part. */
  readonly layouts: readonly { readonly part: Part; readonly fingerprint: string }[];
}

/** A piece of work for one site. The id names the work, so that repeating it is harmless. */
export type Assignment = { readonly id: string } & (
  | ({ readonly kind: 'epoch-key' } & KeyingDescription)
  | ({ readonly kind: 'group-key' } & KeyingDescription)
  | ({ readonly kind: 'sealed-group-key'; readonly box: SealedBox } & KeyingDescription)
  | ({ readonly kind: 'epoch-closing'; readonly next: EpochStart; readonly nextRoster: SignedRoster; readonly outcome: SignedOutcome | undefined } & EpochDescription)
  | ({ readonly kind: 'round' } & RoundDescription)
  | ({ readonly kind: 'co-signature'; readonly manifests: readonly CoSignedManifest[] } & RoundDescription)
  | ({ readonly kind: 'decryption'; readonly returnSums: boolean; readonly manifests: readonly CoSignedManifest[] } & RoundDescription)
  | { readonly kind: 'run-end'; readonly run: string }
  | { readonly kind: 'study-proposal'; readonly roster: SignedRoster }
);

/** The run that a piece of work belongs to; a proposal comes before any run. */
export function runOf(assignment: Assignment): string | undefined {
  if (assignment.kind === 'study-proposal') return undefined;
  return assignment.kind === 'run-end' ? assignment.run : assignment.run.id;
}
