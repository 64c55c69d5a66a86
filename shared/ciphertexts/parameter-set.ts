/** Bits of a plaintext coefficient. */
export const plainModulusBits = 51;

/**
 * The one BFV parameter set (Brakerski 2012; Fan and Vercauteren 2012), found by measurement, which SEAL accepts at 192 bits of security.
 * There are only additions: no multiplications, hence no key switching, and a plaintext modulus as large as the noise of a few sites allows.
 * Lanes for more sites leave the lowest bits of a coefficient to the noise.
 */
export const parameterSet = {
  name: 'bfv-n4096-q60-t51',
  polyModulusDegree: 4096,
  /**
   * q = 509 * 2^51 + 1: the largest 60-bit prime that leaves 1 modulo t, and so modulo 2N. With `q mod t = 1`, scaling a plaintext by q / t
   * needs no long division, which takes more than two thirds of an encryption under the prime that SEAL would choose by itself; and a plaintext
   * times 2^n is encrypted as it would be under a plaintext modulus of 51 - n bits.
   */
  coefficientModulus: 0xfe8000000000001n,
  plainModulus: 1n << BigInt(plainModulusBits),
} as const;

/** Bytes of a fresh ciphertext whose second polynomial is a seed: 2.68 to 4.02 bytes for each of its 8,192 to 12,288 values. */
export const seededCiphertextBytes = 32_962;
/** Bytes of a ciphertext with both polynomials written out, as a sum is. */
export const expandedCiphertextBytes = 65_649;

/** Largest noise of a coefficient of a fresh symmetric encryption: SEAL's error, centred binomial of 42 bits, and what scaling rounds off. */
export const largestFreshNoise = 21.5;

/** Noise that makes one step of a plaintext coefficient: q / t, rounded down. */
export const noisePerStep = Number(parameterSet.coefficientModulus / parameterSet.plainModulus);
