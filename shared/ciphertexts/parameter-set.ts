import { ConsiliumError } from '../errors/consilium-error.ts';

/**
 * The one BFV parameter set (Brakerski 2012; Fan and Vercauteren 2012), found by measurement:
 * one 60-bit prime leaves room for a 44-bit plaintext modulus and over a thousand additions, and SEAL
 * accepts it at 192 bits of security. There are no multiplications, hence no key switching.
 */
export const parameterSet = {
  name: 'bfv-n4096-q60-t44',
  polyModulusDegree: 4096,
  /**
   * q = 65487 * 2^44 + 1: the largest 60-bit prime that leaves 1 modulo t, and so modulo 2N. With `q mod t = 1`, scaling a plaintext by q / t
   * needs no long division, which takes more than two thirds of an encryption under the prime that SEAL would choose by itself.
   */
  coefficientModulus: 0xffcf00000000001n,
  plainModulus: 1n << 44n,
} as const;

/** Bytes of a fresh ciphertext whose second polynomial is a seed: 4.02 bytes for each of its 8,192 values. */
export const seededCiphertextBytes = 32_962;
/** Bytes of a ciphertext with both polynomials written out, as a sum is. */
export const expandedCiphertextBytes = 65_649;

/** Invariant noise budget of a fresh symmetric encryption, in bits (measured; a test holds it). */
export const freshNoiseBudgetBits = 11;

/**
 * Noise budget that is left in the worst case, where the noise of all ciphertexts points the same way.
 * Typical sums keep more: 8, 7 and 6 bits after 64, 256 and 1,024 additions.
 */
export function worstNoiseBudgetBits(additions: number): number {
  return freshNoiseBudgetBits - Math.ceil(Math.log2(additions));
}

export function assertNoiseBudget(additions: number): void {
  if (worstNoiseBudgetBits(additions) < 1) {
    throw new ConsiliumError('noise-budget-exceeded', `${additions} sites are more than the ${2 ** (freshNoiseBudgetBits - 1)} whose ciphertexts can be added.`);
  }
}
