import { loadCiphertext } from '../../shared/ciphertexts/ciphertext-form.ts';
import { expandedCiphertextBytes, parameterSet } from '../../shared/ciphertexts/parameter-set.ts';
import type { SealContext } from '../../shared/ciphertexts/seal-context.ts';

/** 60-bit words of a ciphertext: the coefficients of two polynomials. */
export const ciphertextWordCount = 2 * parameterSet.polyModulusDegree;

/** A saved ciphertext starts with this many bytes that are no coefficients. */
const headerBytes = expandedCiphertextBytes - 8 * ciphertextWordCount;

/**
 * The coefficients of one ciphertext, 8 bytes each, little-endian, all below q. SEAL itself expands a seeded one, so that the words are those
 * that everybody else gets.
 *
 * @throws all errors of loadCiphertext
 */
export function ciphertextWords(sealing: SealContext, bytes: Uint8Array): Uint8Array {
  using ciphertext = loadCiphertext(sealing, bytes);
  return (ciphertext.saveToArray(sealing.seal.ComprModeType.none) as Uint8Array).subarray(headerBytes);
}
