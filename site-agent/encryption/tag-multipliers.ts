import { createCipheriv } from 'node:crypto';
import { ciphertextWordCount } from './ciphertext-words.ts';

/** AES blocks of keystream for one ciphertext. */
const blocksPerCiphertext = BigInt((8 * ciphertextWordCount) / 16);

const zeros = new Uint8Array(8 * ciphertextWordCount);

/**
 * rho, one multiplier for each word of each ciphertext of a part: the AES-256-CTR keystream of a key that is used for nothing else,
 * so that the place of a multiplier follows from the ciphertext's index.
 *
 * Each is uniform below 2^60 and counts modulo q, which is more than 2^59, so that no residue comes up more often than twice in 2^60. That is all
 * a forger can use: whatever is done to a sum, the multiplier of some changed word has to take one particular residue, and it does so
 * with a probability of 2^-59 at most.
 */
export class TagMultipliers {
  readonly #keystream;

  /**
   * @param key 32 bytes, wiped here
   * @param first number of the ciphertext whose multipliers come first
   */
  constructor(key: Uint8Array, first = 0) {
    const counter = Buffer.alloc(16);
    counter.writeBigUInt64BE(BigInt(first) * blocksPerCiphertext, 8);
    this.#keystream = createCipheriv('aes-256-ctr', key, counter);
    key.fill(0);
  }

  /** Those of the next ciphertext: 8 bytes for each of its 8,192 words, little-endian, of which the top four bits do not count. */
  next(): Uint8Array {
    return this.#keystream.update(zeros);
  }
}
