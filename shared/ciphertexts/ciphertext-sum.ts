import type { Ciphertext } from './ciphertext.ts';
import { loadCiphertext } from './ciphertext-form.ts';
import type { SealContext } from './seal-context.ts';

/**
 * The running sum of contributions, ciphertext by ciphertext, in WASM memory: one expanded vector
 * (8 bytes a value) whatever the number of sites.
 */
export class CiphertextSum implements Disposable {
  readonly #seal: SealContext;
  readonly #sums: Ciphertext[] = [];
  #disposed = false;

  constructor(seal: SealContext) {
    this.#seal = seal;
  }

  /** Adds a contribution's ciphertext number `index`; the first contribution's come in order. Does nothing once disposed of. */
  add(index: number, bytes: Uint8Array): void {
    if (this.#disposed) return;
    const ciphertext = loadCiphertext(this.#seal, bytes);
    const sum = this.#sums[index];
    if (sum === undefined) {
      this.#sums[index] = ciphertext;
      return;
    }
    try {
      this.#seal.evaluator.addInplace(sum, ciphertext);
    } finally {
      ciphertext.delete();
    }
  }

  /** The sums, expanded, in order. */
  *serialise(): Generator<Uint8Array> {
    for (const sum of this.#sums) {
      yield sum.saveToArray(this.#seal.seal.ComprModeType.none) as Uint8Array;
    }
  }

  [Symbol.dispose](): void {
    this.#disposed = true;
    for (const sum of this.#sums.splice(0)) sum.delete();
  }
}
