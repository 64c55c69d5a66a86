import { z } from 'zod';

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
