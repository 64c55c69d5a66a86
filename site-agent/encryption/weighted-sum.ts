import { ciphertextWordCount } from './ciphertext-words.ts';
import { binary } from './generated/weighted-sum.ts';

const vectorBytes = 8 * ciphertextWordCount;

interface Kernel {
  readonly memory: WebAssembly.Memory;
  readonly weigh: () => void;
}

const { memory, weigh } = new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(binary, 'base64'))).exports as unknown as Kernel;
const bytes = new Uint8Array(memory.buffer);
/** Two for each of 1, 2^32, 2^64 and 2^96. */
const sums = new BigUint64Array(memory.buffer, 2 * vectorBytes, 8);

/**
 * The sum over j of words[j] * multipliers[j], an exact integer. Both are 8,192 little-endian 60-bit numbers of 8 bytes each; the top four
 * bits of a multiplier do not count, those of a word are zero.
 */
export function weightedSum(words: Uint8Array, multipliers: Uint8Array): bigint {
  if (words.length !== vectorBytes || multipliers.length !== vectorBytes) throw new RangeError(`Words and multipliers have ${vectorBytes} bytes each.`);
  bytes.set(words);
  bytes.set(multipliers, vectorBytes);
  weigh();
  const [a, b, c, d, e, f, g, h] = sums as unknown as [bigint, bigint, bigint, bigint, bigint, bigint, bigint, bigint];
  return a + b + ((c + d) << 32n) + ((e + f) << 64n) + ((g + h) << 96n);
}
