import { createCipheriv, createHash } from 'node:crypto';

/** Repeatable random numbers for synthetic data: the AES-256-CTR key stream under the seed's SHA-256. */
export class SeededRandom {
  readonly #cipher;

  constructor(seed: string) {
    this.#cipher = createCipheriv('aes-256-ctr', createHash('sha256').update(seed).digest(), Buffer.alloc(16));
  }

  /** Uniform in [0, 1). */
  uniform(): number {
    return this.#cipher.update(Buffer.alloc(4)).readUInt32BE() / 2 ** 32;
  }

  /** Standard normal (Box and Muller 1958). */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.uniform())) * Math.cos(2 * Math.PI * this.uniform());
  }
}
