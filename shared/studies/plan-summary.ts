import { z } from 'zod';
import { seededCiphertextBytes } from '../ciphertexts/parameter-set.ts';
import { effectiveBits } from '../layouts/site-weight.ts';
import { ciphertextCount } from '../layouts/lane-packing.ts';
import { laneShape, largestCohort, type Part } from '../layouts/vector-layout.ts';
import { parameterCount, type TensorSpec } from '../models/tensor-spec.ts';
import { inputFeatures, inputShape, targetColumns } from './inputs.ts';
import { laneWidths } from './lanes.ts';
import { laneNames, type StudyPlan } from './plan.ts';
import { roundLayouts } from './round-layouts.ts';
import { roundSchedule } from './round-purpose.ts';

/** What a plan means in numbers, for whoever has to say yes to it. */
export const planSummarySchema = z
  .object({
    study: z.string(),
    title: z.string(),
    dataset: z.string(),
    inputs: z.array(z.object({ name: z.string(), kind: z.enum(['number', 'indicator', 'image']) })).describe('In model order.'),
    inputShape: z.array(z.int()),
    targets: z.array(z.object({ type: z.string(), columns: z.array(z.string()), loss: z.string() })),
    normalisation: z.string(),
    tensors: z.array(z.object({ name: z.string(), shape: z.array(z.int()).readonly() })),
    parameters: z.int(),
    modelBytes: z.int().describe('The model in float32.'),
    updateBytes: z.int().describe('Encrypted update that a site sends in a training round.'),
    statisticsBytes: z.int().describe('Encrypted evaluation that a site sends in a training round.'),
    valueBits: z.int(),
    effectiveBits: z.number().describe("Bits that are left of the smallest site's values after weighting."),
    headRoomBits: z.int(),
    largestSiteCount: z.int(),
    lanes: z.enum(laneNames),
    scheduledRounds: z.int(),
    trainingRounds: z.int(),
    quorum: z.int(),
    deadlineSeconds: z.number(),
    minimumContributors: z.int(),
    minimumSamples: z.int(),
    smallestCell: z.int().describe('Fewest rows with one label in a bin of a score histogram that anybody but its decryptors sees; 1: all are seen.'),
  })
  .meta({ id: 'PlanSummary', description: 'What a plan means in numbers.' });

export type PlanSummary = z.output<typeof planSummarySchema>;

/** @param tensors weights of the plan's model */
export function planSummary(plan: StudyPlan, tensors: readonly TensorSpec[]): PlanSummary {
  const { aggregation, data, privacy, rounds } = plan;
  const lanes = laneWidths[aggregation.lanes];
  const layouts = roundLayouts(plan, tensors, 'training', {});
  const bytesOf = (part: Part): number => {
    const layout = layouts.get(part);
    return layout ? ciphertextCount(laneShape(layout)) * seededCiphertextBytes : 0;
  };
  const parameters = parameterCount(tensors);
  return {
    study: plan.study,
    title: plan.title,
    dataset: data.dataset,
    inputs: modelInputs(plan),
    inputShape: inputShape(data),
    targets: data.targets.map((target, index) => ({ type: target.type, columns: targetColumns(target), loss: plan.training.losses[index] as string })),
    normalisation: plan.normalisation.method,
    tensors: tensors.map(({ name, shape }) => ({ name, shape })),
    parameters,
    modelBytes: 4 * parameters,
    updateBytes: bytesOf('update'),
    statisticsBytes: bytesOf('statistics'),
    valueBits: lanes.valueBits,
    effectiveBits: effectiveBits(lanes.valueBits, privacy.minimumSamples, aggregation.weightCap),
    headRoomBits: lanes.headRoomBits,
    largestSiteCount: largestCohort(lanes),
    lanes: aggregation.lanes,
    scheduledRounds: roundSchedule(plan).length,
    trainingRounds: rounds.count,
    quorum: rounds.quorum,
    deadlineSeconds: rounds.deadlineSeconds,
    minimumContributors: privacy.minimumContributors,
    minimumSamples: privacy.minimumSamples,
    smallestCell: privacy.smallestCell,
  };
}

function modelInputs({ data }: StudyPlan): PlanSummary['inputs'] {
  const image = data.columns.find((column) => column.type === 'image');
  return image ? [{ name: image.name, kind: 'image' }] : inputFeatures(data).map(({ name, kind }) => ({ name, kind }));
}
