import type { Part } from '../../shared/layouts/vector-layout.ts';

/** What a decryptor signed: what the sums are, and what model follows from them. */
export interface DecryptionResult {
  readonly sumDigests: Readonly<Partial<Record<Part, string>>>;
  /** Digest of the model version from which the run goes on. */
  readonly version: string;
  /** Hash of the run's parameters with which it goes on. */
  readonly parametersHash: string;
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
  /** In the order in which sites were asked. */
  list(round: string): Promise<Decryption[]>;
  ask(decryption: Omit<Decryption, 'answer'>): Promise<void>;
  answer(round: string, site: string, answer: NonNullable<Decryption['answer']>): Promise<void>;
}
