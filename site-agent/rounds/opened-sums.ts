import type { Part } from '../../shared/layouts/vector-layout.ts';

/** What a decryptor found, and signed. */
export interface DecryptionAnswer {
  readonly round: string;
  readonly attempt: number;
  readonly parts: readonly { readonly part: Part; readonly sumDigest: string }[];
  /** Digest of the model version from which the run goes on. */
  readonly version: string;
  readonly parametersHash: string;
  readonly signature: Uint8Array;
}

/** A decryptor's answer, and the lane sums for the one that was asked for them. */
export interface OpenedSums {
  readonly answer: DecryptionAnswer;
  readonly laneSums: ReadonlyMap<Part, Uint32Array>;
}
