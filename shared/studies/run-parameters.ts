import { z } from 'zod';
import { sha256Hex } from '../statements/digest.ts';
import { encodeStatement } from '../statements/statement.ts';

/** Results of a run's statistics rounds on which later rounds build. They travel with every offer. */
export const runParametersSchema = z.strictObject({
  /** Mean and standard deviation of each input over all sites' training rows, in the input's unit. */
  normalisation: z
    .strictObject({
      inputs: z.array(z.strictObject({ name: z.string(), mean: z.number(), standardDeviation: z.number().min(0) })),
    })
    .optional(),
  /** Clipping range of each weight tensor. */
  clippingRanges: z.array(z.number().gt(0)).optional(),
});

export type RunParameters = z.output<typeof runParametersSchema>;

/** SHA-256 of the parameters' canonical form, hex; numbers by their IEEE 754 bits, so that equal hashes mean equal training. */
export function runParametersHash({ normalisation, clippingRanges }: RunParameters): string {
  return sha256Hex(
    encodeStatement('consilium/run-parameters/v1', [
      ['normalisation', normalisation?.inputs.map(({ name, mean, standardDeviation }) => [name, bits(mean), bits(standardDeviation)]) ?? 'none'],
      ['clipping-ranges', clippingRanges?.map(bits) ?? 'none'],
    ]),
  );
}

function bits(value: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setFloat64(0, value);
  return bytes;
}
