import type { Part } from '../../shared/layouts/vector-layout.ts';
import type { EpochIdentity, SealedBox } from '../../shared/statements/run-statements.ts';
import type { SignedRoster } from '../../shared/statements/roster.ts';
import type { RoundPurpose } from '../../shared/studies/round-purpose.ts';
import type { RunParameters } from '../../shared/studies/run-parameters.ts';

/** A piece of work that the coordinator has for this site. The id names the work: what is under way is not started again. */
export type Assignment = { readonly id: string } & Work;

export type Work =
  | { readonly kind: 'epoch-key'; readonly epoch: EpochRoster }
  | { readonly kind: 'group-key'; readonly epoch: EpochRoster; readonly keys: readonly MemberEpochKey[] }
  | { readonly kind: 'sealed-group-key'; readonly epoch: EpochRoster; readonly groupKeyHash: string; readonly box: SealedBox }
  | { readonly kind: 'round'; readonly offer: RoundOffer }
  | { readonly kind: 'decryption'; readonly request: DecryptionRequest }
  | { readonly kind: 'run-end'; readonly run: string }
  | { readonly kind: 'study-proposal'; readonly proposal: StudyProposal };

/** An epoch's identity, with the signed roster behind its hash. */
export interface EpochRoster extends EpochIdentity {
  readonly custodian: string;
  readonly roster: SignedRoster;
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

export interface BaseVersion {
  readonly digest: string;
  readonly weightsDigest: string;
  readonly optimiserStateDigest: string;
  /** Digests of the update contributions that were summed to make it. */
  readonly contributions: readonly string[];
}

/** What a round offer and a decryption request share. */
export interface RoundReference {
  readonly run: string;
  readonly round: string;
  readonly attempt: number;
  readonly purpose: RoundPurpose;
  readonly epoch: number;
  readonly base: BaseVersion;
  readonly parameters: RunParameters;
}

export interface RoundOffer extends RoundReference {
  readonly study: string;
  readonly planHash: string;
  readonly trainingRound: number;
  readonly groupKeyHash: string;
  readonly layouts: readonly { readonly part: Part; readonly fingerprint: string }[];
}

/** A contribution that the coordinator says it added. */
export interface SummedContribution {
  readonly site: string;
  readonly digest: string;
  /** 16 bytes. */
  readonly nonce: Uint8Array;
  /** 8 bytes, a number below q. */
  readonly tag: Uint8Array;
}

export interface DecryptionRequest extends RoundReference {
  readonly sums: readonly {
    readonly part: Part;
    readonly layoutFingerprint: string;
    readonly aggregateDigest: string;
    readonly contributions: readonly SummedContribution[];
  }[];
  readonly returnSums: boolean;
}
