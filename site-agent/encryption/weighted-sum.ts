/** So many products of limbs stay exact in float64: 2,048 * 3 * (2^20 - 1)^2 is less than 2^53. */
const exactWords = 2048;

/**
 * The sum over j of words[j] * multipliers[j], an exact integer. Both hold 60-bit numbers as two uint32 each, low half first; the top four
 * bits of a multiplier do not count, those of a word are zero. Numbers are cut into three limbs of 20 bits.
 */
export function weightedSum(words: Uint32Array, multipliers: Uint32Array): bigint {
  let sum = 0n;
  for (let from = 0; from < words.length; from += 2 * exactWords) {
    sum += shortWeightedSum(words, multipliers, from, Math.min(from + 2 * exactWords, words.length));
  }
  return sum;
}

function shortWeightedSum(words: Uint32Array, multipliers: Uint32Array, from: number, end: number): bigint {
  let sum0 = 0, sum1 = 0, sum2 = 0, sum3 = 0, sum4 = 0;
  for (let at = from; at < end; at += 2) {
    const wordLow = words[at]!, wordHigh = words[at + 1]!;
    const word0 = wordLow & 0xfffff;
    const word1 = (wordLow >>> 20) | ((wordHigh & 0xff) << 12);
    const word2 = wordHigh >>> 8;
    const multiplierLow = multipliers[at]!, multiplierHigh = multipliers[at + 1]!;
    const multiplier0 = multiplierLow & 0xfffff;
    const multiplier1 = (multiplierLow >>> 20) | ((multiplierHigh & 0xff) << 12);
    const multiplier2 = (multiplierHigh >>> 8) & 0xfffff;
    sum0 += word0 * multiplier0;
    sum1 += word0 * multiplier1 + word1 * multiplier0;
    sum2 += word0 * multiplier2 + word1 * multiplier1 + word2 * multiplier0;
    sum3 += word1 * multiplier2 + word2 * multiplier1;
    sum4 += word2 * multiplier2;
  }
  return BigInt(sum0) + (BigInt(sum1) << 20n) + (BigInt(sum2) << 40n) + (BigInt(sum3) << 60n) + (BigInt(sum4) << 80n);
}
