import type { Ciphertext } from './ciphertext.ts';
import { loadCiphertext } from './ciphertext-form.ts';
import type { SealContext } from './seal-context.ts';

interface Summed {
  readonly sum: Ciphertext;
  /** How many ciphertexts are in it. */
  count: number;
}

/**
 * The running sum of contributions, ciphertext by ciphertext, in WASM memory: one expanded vector
 * (8 bytes a value) whatever the number of sites.
 */
export class CiphertextSum implements Disposable {
  readonly #seal: SealContext;
  readonly #sums = new Map<number, Summed>();

  constructor(seal: SealContext) {
    this.#seal = seal;
  }

  /** Adds a contribution's ciphertexts from number `first` on: all of them, or none when one is not fit to be summed. @throws all errors of loadCiphertext */
  add(first: number, ...ciphertexts: readonly Uint8Array[]): void {
    const loaded: Ciphertext[] = [];
    try {
      for (const bytes of ciphertexts) loaded.push(loadCiphertext(this.#seal, bytes));
    } catch (error) {
      for (const ciphertext of loaded) ciphertext.delete();
      throw error;
    }
    for (const [offset, ciphertext] of loaded.entries()) this.#addOne(first + offset, ciphertext);
  }

  /** Takes ciphertexts out again that were added before. @throws all errors of loadCiphertext */
  subtract(first: number, ...ciphertexts: readonly Uint8Array[]): void {
    for (const [offset, bytes] of ciphertexts.entries()) {
      const summed = this.#sums.get(first + offset);
      if (!summed) throw new RangeError(`Nothing was added at ${first + offset}.`);
      if (--summed.count === 0) {
        summed.sum.delete();
        this.#sums.delete(first + offset);
        continue;
      }
      using ciphertext = loadCiphertext(this.#seal, bytes);
      this.#seal.evaluator.subInplace(summed.sum, ciphertext);
    }
  }

  /** The sums, expanded, in order. */
  *serialise(): Generator<Uint8Array> {
    for (const index of [...this.#sums.keys()].sort((one, other) => one - other)) yield this.serialised(index);
  }

  /** One of them. */
  serialised(index: number): Uint8Array {
    const summed = this.#sums.get(index);
    if (!summed) throw new RangeError(`Nothing was added at ${index}.`);
    return summed.sum.saveToArray(this.#seal.seal.ComprModeType.none) as Uint8Array;
  }

  #addOne(index: number, ciphertext: Ciphertext): void {
    const summed = this.#sums.get(index);
    if (!summed) {
      this.#sums.set(index, { sum: ciphertext, count: 1 });
      return;
    }
    this.#seal.evaluator.addInplace(summed.sum, ciphertext);
    summed.count++;
    ciphertext.delete();
  }

  [Symbol.dispose](): void {
    for (const { sum } of this.#sums.values()) sum.delete();
    this.#sums.clear();
  }
}
