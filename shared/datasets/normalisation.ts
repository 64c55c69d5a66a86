import { inputFeatures, type InputFeature } from '../studies/inputs.ts';
import type { DataContract } from '../studies/plan.ts';
import type { Examples } from './examples.ts';

/**
 * What a site says about one input so that mean and standard deviation can be pooled: exact integers.
 *
 * A value x becomes q = round((x - minimum) / (maximum - minimum) x 2^20), with the contract's range; the sums are
 * over q and q². Added up over sites, they give the pooled mean and standard deviation exactly as if all q were in one
 * place. The only loss is the rounding of x to a millionth of the contract's range: a range far wider than
 * the data costs precision.
 */
export interface InputMoments {
  readonly name: string;
  /** Rows in which the value is there. */
  readonly count: bigint;
  /** At most count x 2^20. */
  readonly sum: bigint;
  /** At most count x 2^40. */
  readonly sumOfSquares: bigint;
}

/** Mean and population standard deviation (ddof 0) of each input in raw units; they travel with the model. */
export interface Normalisation {
  readonly inputs: readonly { readonly name: string; readonly mean: number; readonly standardDeviation: number }[];
}

const steps = 2 ** 20;

/** This many squares below 2^40 add up exactly in a double. */
const exactSquares = 2 ** 12;

/** Moments of every input of a tabular contract, in the order of `inputFeatures`; missing values are left out. */
export function moments(examples: Examples, contract: DataContract): InputMoments[] {
  const features = inputFeatures(contract);
  return features.map((feature, index) => {
    let count = 0;
    let sum = 0;
    let squares = 0;
    let sumOfSquares = 0n;
    for (let row = 0; row < examples.count; row++) {
      const value = examples.inputs[row * features.length + index];
      if (Number.isNaN(value)) continue;
      const step = quantised(value, feature);
      count++;
      sum += step;
      squares += step * step;
      if (count % exactSquares === 0) {
        sumOfSquares += BigInt(squares);
        squares = 0;
      }
    }
    return { name: feature.name, count: BigInt(count), sum: BigInt(sum), sumOfSquares: sumOfSquares + BigInt(squares) };
  });
}

function quantised(value: number, { minimum, maximum }: InputFeature): number {
  const share = maximum > minimum ? (value - minimum) / (maximum - minimum) : 0;
  // A value at the edge of the range may have been rounded past it to float32.
  return Math.min(Math.max(Math.round(share * steps), 0), steps);
}

/**
 * Normalisation from one site's moments, or from the sum of several sites'. An input that nobody measured gets the
 * minimum of its range as mean and no spread.
 */
export function normalisationFrom(totals: readonly InputMoments[], contract: DataContract): Normalisation {
  const features = inputFeatures(contract);
  const inputs = totals.map(({ name, count, sum, sumOfSquares }, index) => {
    const { minimum, maximum } = features[index];
    if (count === 0n) return { name, mean: minimum, standardDeviation: 0 };
    const stepSize = (maximum - minimum) / steps;
    // In integers up to the last division: no cancellation, and a constant input has a spread of exactly 0.
    const variance = Number(count * sumOfSquares - sum * sum) / Number(count) ** 2;
    return { name, mean: minimum + (Number(sum) / Number(count)) * stepSize, standardDeviation: Math.sqrt(variance) * stepSize };
  });
  return { inputs };
}

/**
 * z-scores. A missing value and every value of an input without spread become 0.
 *
 * @param inputs `numbers` leaves the 0/1 inputs of categories as they are; `all` scales them as well
 */
export function applyNormalisation(examples: Examples, normalisation: Normalisation, contract: DataContract, inputs: 'numbers' | 'all'): Examples {
  const features = inputFeatures(contract);
  const scaled = Float32Array.from(examples.inputs, (value, index) => {
    const place = index % features.length;
    if (inputs === 'numbers' && features[place].kind === 'indicator') return value;
    const { mean, standardDeviation } = normalisation.inputs[place];
    return Number.isNaN(value) || standardDeviation === 0 ? 0 : (value - mean) / standardDeviation;
  });
  return { ...examples, inputs: scaled };
}
