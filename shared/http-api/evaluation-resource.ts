import { z } from 'zod';

const share = z.number().min(0).max(1);

const targetEvaluation = z.object({
  loss: z.number(),
  accuracy: share.optional(),
  auc: share.optional(),
  aucMissing: z.string().optional().describe('Why a binary target has no AUC.'),
  calibration: z.array(z.object({ score: share, positives: share, rows: z.int() })).readonly().optional(),
  columns: z.array(z.object({ meanAbsoluteError: z.number(), rootMeanSquaredError: z.number(), r2: z.number().optional() })).readonly().optional(),
});

export const evaluationResource = z
  .object({
    rows: z.int().describe('Test rows of all sites together.'),
    loss: z.number().describe('Sum over targets of the mean loss.'),
    accuracy: share.optional(),
    auc: share.optional().describe('Area under the ROC curve, from score histograms without small cells, of the first binary target that has one.'),
    targets: z.array(targetEvaluation).readonly(),
  })
  .meta({ id: 'Evaluation', description: 'A model version on the test rows of all contributing sites together.' });

export type EvaluationResource = z.output<typeof evaluationResource>;
