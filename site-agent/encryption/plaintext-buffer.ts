import { coefficientsPerCiphertext } from '../../shared/layouts/lane-packing.ts';
import type { SealContext } from '../../shared/ciphertexts/seal-context.ts';

type Plaintext = InstanceType<SealContext['seal']['Plaintext']>;

/** A saved plaintext starts with this many bytes that do not depend on its coefficients. */
const headerBytes = 88;

/**
 * One SEAL plaintext and the bytes behind it. Coefficients are written directly (no batch encoder: sums need
 * no slot arithmetic) as two uint32 words each, little-endian, behind the header of a plaintext that SEAL saved itself.
 */
export class PlaintextBuffer implements Disposable {
  /** Two words for each of the 4,096 coefficients. */
  readonly words: Uint32Array;
  readonly #sealing: SealContext;
  readonly #plaintext: Plaintext;
  readonly #bytes: Uint8Array;

  constructor(sealing: SealContext) {
    this.#sealing = sealing;
    this.#plaintext = new sealing.seal.Plaintext(coefficientsPerCiphertext);
    this.#bytes = (this.#plaintext.saveToArray(sealing.seal.ComprModeType.none) as Uint8Array).slice();
    this.words = new Uint32Array(this.#bytes.buffer, headerBytes, 2 * coefficientsPerCiphertext);
  }

  /** The SEAL plaintext with what `words` holds now. */
  load(): Plaintext {
    this.#plaintext.loadFromArray(this.#sealing.context, this.#bytes);
    return this.#plaintext;
  }

  /** Fills `words` from a decrypted plaintext, which SEAL may have cut after its last coefficient that is not zero. */
  read(decrypted: Plaintext): void {
    const saved = decrypted.saveToArray(this.#sealing.seal.ComprModeType.none) as Uint8Array;
    this.words.fill(0);
    new Uint8Array(this.words.buffer, headerBytes).set(saved.subarray(headerBytes, headerBytes + this.words.byteLength));
    saved.fill(0);
  }

  wipe(): void {
    this.words.fill(0);
  }

  [Symbol.dispose](): void {
    this.wipe();
    this.#plaintext.delete();
  }
}
