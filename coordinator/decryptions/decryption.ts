import type { Part } from '../../shared/layouts/vector-layout.ts';

/** The summed ciphertexts of one part of a round, on disk under their digest. */
export interface Aggregate {
  readonly round: string;
  readonly part: Part;
  readonly digest: string;
}

/** What a decryptor signed: what the sums are, and what model follows from them. */
export interface DecryptionResult {
  readonly sumDigests: Readonly<Partial<Record<Part, string>>>;
  /** Empty when the round has no update. */
  readonly weightsDigest: string;
  readonly optimiserStateDigest: string;
}

/** A site that was asked to decrypt a round's sums, and its answer. */
export interface Decryption {
  readonly round: string;
  readonly site: string;
  readonly askedAtMs: number;
  /** Whether it was asked for the sums themselves or for its signature only. */
  readonly returnSums: boolean;
  readonly answer: (DecryptionResult & { readonly signature: Uint8Array }) | null;
}

export interface DecryptionStore {
  aggregates(round: string): Promise<Aggregate[]>;
  insertAggregate(aggregate: Aggregate): Promise<void>;
  /** In the order in which sites were asked. */
  list(round: string): Promise<Decryption[]>;
  ask(decryption: Omit<Decryption, 'answer'>): Promise<void>;
  answer(round: string, site: string, answer: NonNullable<Decryption['answer']>): Promise<void>;
}
