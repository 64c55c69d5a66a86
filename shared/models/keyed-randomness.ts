import { createCipheriv, createHmac, type Cipheriv } from 'node:crypto';

/** Numbers in [0, 1), as Math.random gives them. */
export type RandomSource = () => number;

const blockBytes = 4096;

/**
 * A stream of random numbers that is a function of key, purpose and counter alone, so that the draws of step 812
 * can be made again without those of the steps before: AES-256-CTR under a key that HMAC-SHA256 derives from the
 * three. Each number has 53 random bits. For training and initial weights only, never for encryption.
 */
export function keyedRandomness(key: Uint8Array, purpose: string, counter: number): RandomSource {
  let cipher: Cipheriv | undefined;
  let block = Buffer.alloc(0);
  let at = 0;
  return () => {
    if (at + 8 > block.length) {
      cipher ??= createCipheriv('aes-256-ctr', derivedKey(key, purpose, counter), Buffer.alloc(16));
      block = cipher.update(Buffer.alloc(blockBytes));
      at = 0;
    }
    const high = block.readUInt32LE(at) >>> 5;
    const low = block.readUInt32LE(at + 4) >>> 6;
    at += 8;
    return (high * 2 ** 26 + low) / 2 ** 53;
  };
}

/**
 * Runs a synchronous action during which Math.random draws from `source`: TensorFlow.js offers no other way to
 * seed initialisers and dropout.
 */
export function withRandomness<Result>(source: RandomSource, action: () => Result): Result {
  const platform = Math.random;
  Math.random = source;
  try {
    return action();
  } finally {
    Math.random = platform;
  }
}

function derivedKey(key: Uint8Array, purpose: string, counter: number): Buffer {
  return createHmac('sha256', key).update(`consilium ${purpose} ${counter}`).digest();
}
