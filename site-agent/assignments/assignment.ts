import type { Part } from '../../shared/layouts/vector-layout.ts';
import type { ClosedEpoch } from '../../shared/statements/epoch-closing.ts';
import type { Manifest } from '../../shared/statements/manifest.ts';
import type { MemberSignature } from '../../shared/statements/member-signature.ts';
import type { Lineage } from '../../shared/statements/model-lineage.ts';
import type { RoundOutcome } from '../../shared/statements/round-outcome.ts';
import type { EpochIdentity, EpochStart, SealedBox } from '../../shared/statements/run-statements.ts';
import type { SignedRoster } from '../../shared/statements/roster.ts';
import type { RoundPurpose } from '../../shared/studies/round-purpose.ts';
import type { RunParameters } from '../../shared/studies/run-parameters.ts';

/** A piece of work that the coordinator has for this site. The id names the work: what is under way is not started again. */
export type Assignment = { readonly id: string } & Work;

export type Work =
  | { readonly kind: 'epoch-key'; readonly epoch: EpochRoster }
  | { readonly kind: 'group-key'; readonly epoch: EpochRoster; readonly keys: readonly MemberEpochKey[] }
  | { readonly kind: 'sealed-group-key'; readonly epoch: EpochRoster; readonly groupKeyHash: string; readonly box: SealedBox }
  | { readonly kind: 'epoch-closing'; readonly request: EpochClosingRequest }
  | { readonly kind: 'round'; readonly offer: RoundOffer }
  | { readonly kind: 'co-signature'; readonly request: CoSignatureRequest }
  | { readonly kind: 'decryption'; readonly request: DecryptionRequest }
  | { readonly kind: 'run-end'; readonly run: string }
  | { readonly kind: 'study-proposal'; readonly proposal: StudyProposal };

/** An epoch's identity, with the signed roster behind its hash. */
export interface EpochRoster extends EpochIdentity {
  readonly custodian: string;
  readonly roster: SignedRoster;
  /** The epoch of the run before; nothing for the first. */
  readonly closed: ClosedEpoch | undefined;
}

/** Asks for this site's signature over how its epoch ends. */
export interface EpochClosingRequest {
  readonly run: string;
  readonly epoch: number;
  /** Where the next epoch begins. */
  readonly next: EpochStart;
  readonly nextRoster: SignedRoster;
  /** Of the last round; nothing when the epoch had none. */
  readonly outcome: SignedOutcome | undefined;
}

/** Asks whether the hospital takes part in a study with exactly this plan and this roster. */
export interface StudyProposal {
  readonly study: string;
  readonly planHash: string;
  /** Signed by the lead key that it names; whether that key and its members are known here is another question. */
  readonly roster: SignedRoster;
}

export interface MemberEpochKey {
  readonly site: string;
  readonly publicKey: Uint8Array;
  readonly signature: Uint8Array;
}

/** A model version, with the lineage that its digest is of. */
export interface BaseVersion extends Omit<Lineage, 'run' | 'planHash'> {
  readonly digest: string;
}

/** What decryptors signed about the round before. */
export interface SignedOutcome extends RoundOutcome {
  readonly signatures: readonly MemberSignature[];
}

/** What a round stands on. */
export interface RoundGround {
  readonly run: string;
  readonly round: string;
  /** Position in the run's schedule, from 0. */
  readonly number: number;
  readonly attempt: number;
  readonly purpose: RoundPurpose;
  readonly epoch: number;
  readonly base: BaseVersion;
  readonly parameters: RunParameters;
  /** Of the round before; missing in the first round of an epoch. */
  readonly outcome: SignedOutcome | undefined;
}

export interface RoundOffer extends RoundGround {
  readonly study: string;
  readonly planHash: string;
  readonly trainingRound: number;
  readonly groupKeyHash: string;
  readonly layouts: readonly { readonly part: Part; readonly fingerprint: string }[];
}

export interface CoSignatureRequest extends RoundGround {
  readonly manifests: readonly Manifest[];
}

export interface DecryptionRequest extends RoundGround {
  readonly manifests: readonly SignedManifest[];
  readonly returnSums: boolean;
}

export interface SignedManifest {
  readonly manifest: Manifest;
  readonly signatures: readonly MemberSignature[];
}

/** Work that the site will not or cannot do. */
export interface RefusedWork {
  readonly id: string;
  readonly kind: string;
  /** The round, run or study that it is about; empty when it does not say. */
  readonly subject: string;
  /** Whose members hear of it through the coordinator; a proposal has none, and is answered by a decision or stays open. */
  readonly run: string | undefined;
}
