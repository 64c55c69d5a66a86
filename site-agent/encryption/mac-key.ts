import { hkdfSync, randomBytes } from 'node:crypto';
import { parameterSet } from '../../shared/ciphertexts/parameter-set.ts';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import { sha256 } from '../../shared/statements/digest.ts';
import { encodeStatement, type StatementFields } from '../../shared/statements/statement.ts';
import { TagMultipliers } from './tag-multipliers.ts';

/** Bytes of a MAC key. */
export const macKeyBytes = 32;

/** Whose contribution a tag is over, and the 16 random bytes that were drawn for it. */
export interface Contributor {
  readonly site: string;
  /** Ed25519, raw 32 bytes. */
  readonly signingKey: Uint8Array;
  readonly nonce: Uint8Array;
}

/**
 * The half of a group key that makes and checks tags. It gives out what a tag needs, never itself: everything comes from HKDF-SHA256
 * (RFC 5869) under another statement, so that no two uses share a key. A context is the canonical statement of which sum it is.
 */
export class MacKey implements Disposable {
  readonly #bytes = new Uint8Array(macKeyBytes);
  #disposed = false;

  /** @param bytes 32 of them, copied; the caller wipes what it passed */
  constructor(bytes: Uint8Array) {
    if (bytes.length !== macKeyBytes) throw new RangeError(`A MAC key has ${macKeyBytes} bytes, not ${bytes.length}.`);
    this.#bytes.set(bytes);
  }

  /** A fresh key from the platform's randomness. */
  static make(): MacKey {
    const bytes = randomBytes(macKeyBytes);
    try {
      return new MacKey(bytes);
    } finally {
      bytes.fill(0);
    }
  }

  /** The same for every contributor to a sum: what makes tags add as ciphertexts do. */
  multipliers(context: Uint8Array, firstCiphertext = 0): TagMultipliers {
    return new TagMultipliers(this.#derive('consilium/tag-multipliers/v1', [['context', context]]), firstCiphertext);
  }

  /**
   * kappa, which hides the weighted sum under it: 256 bits reduced modulo q, which is within 2^-196 of uniform. Another for every nonce,
   * because two tags under one kappa would give away the difference of their sums, and with it the multipliers.
   */
  mask(context: Uint8Array, { site, signingKey, nonce }: Contributor): bigint {
    const bytes = this.#derive('consilium/tag-mask/v1', [['context', context], ['site', site], ['signing-key', signingKey], ['nonce', nonce]]);
    return BigInt(`0x${bytes.toString('hex')}`) % parameterSet.coefficientModulus;
  }

  /** The secret itself, at the start of `target`. */
  copyTo(target: Uint8Array): void {
    target.set(this.#secret);
  }

  [Symbol.dispose](): void {
    this.#bytes.fill(0);
    this.#disposed = true;
  }

  /** Everybody knows the zeros that are left of an erased key, so that nothing may be made with them. */
  get #secret(): Uint8Array {
    if (this.#disposed) throw new ConsiliumError('group-key-refused', 'The key was erased while it was used.');
    return this.#bytes;
  }

  /** 32 bytes. The statement is hashed first: Node takes no more than 1,024 bytes of `info`. */
  #derive(domain: string, fields: StatementFields): Buffer {
    return Buffer.from(hkdfSync('sha256', this.#secret, '', sha256(encodeStatement(domain, fields)), 32));
  }
}
