import { createHash } from 'node:crypto';
import type { Examples } from '../shared/datasets/examples.ts';
import { applyNormalisation, moments, normalisationFrom, type Normalisation } from '../shared/datasets/normalisation.ts';
import { localEvaluation } from '../shared/evaluation/local-evaluation.ts';
import type { PooledEvaluation } from '../shared/evaluation/pooled-evaluation.ts';
import { initialWeights } from '../shared/models/model-description.ts';
import { predictWithWeights } from '../shared/models/predictions.ts';
import { inputShape, targetWidth } from '../shared/studies/inputs.ts';
import type { StudyPlan } from '../shared/studies/plan.ts';
import { openDataSet, type DataSet } from '../site-agent/data/data-set.ts';
import { startTrainer, type Trainer } from '../site-agent/training/trainer.ts';
import type { PreparedHospitals } from './data/prepare-hospitals.ts';

/** A model that one hospital trains by itself, beside the one that all train together. */
export interface HospitalAlone {
  readonly site: string;
  readonly trainingRows: number;
  readonly testRows: number;
  /** On the hospital's own test rows. */
  readonly ownAccuracy: number;
  /** Of the model that all trained together, on the same rows. */
  readonly ownAccuracyTogether: number;
  /** On the test rows of all hospitals. */
  readonly pooledAccuracy: number;
  readonly pooledAuc: number;
}

export interface ComparisonOptions {
  readonly plan: StudyPlan;
  readonly hospitals: PreparedHospitals['hospitals'];
  /** The model that all trained together. */
  readonly together: ScaledModel;
  readonly signal: AbortSignal;
}

export interface ScaledModel {
  readonly weights: Float32Array;
  readonly normalisation: Normalisation;
}

/**
 * Trains each hospital's own model as the plan says, on its own training rows, scaled by their own means, with as many
 * local steps as the hospital takes in the whole run. Needs all tables in one place, as only a demonstration has them.
 */
export async function* trainHospitalsAlone({ plan, hospitals, together, signal }: ComparisonOptions): AsyncGenerator<HospitalAlone> {
  const dataSets = await Promise.all(hospitals.map(({ path }) => openDataSet({ [plan.data.dataset]: { path } }, plan.data, '.')));
  const allTestRows = joined(dataSets.map(({ test }) => test));
  await using trainer = await startTrainer({ engine: 'cpu', signal });
  for (const [index, { site }] of hospitals.entries()) {
    const { train, test } = dataSets[index]!;
    const alone = await trainAlone(plan, site, train, trainer);
    const pooled = await evaluate(plan, alone, allTestRows);
    yield {
      site,
      trainingRows: train.count,
      testRows: test.count,
      ownAccuracy: (await evaluate(plan, alone, test)).accuracy!,
      ownAccuracyTogether: (await evaluate(plan, together, test)).accuracy!,
      pooledAccuracy: pooled.accuracy!,
      pooledAuc: pooled.auc!,
    };
  }
}

async function trainAlone(plan: StudyPlan, site: string, train: Examples, trainer: Trainer): Promise<ScaledModel> {
  const { topology } = plan.model;
  const { losses, optimiser, batchSize, localSteps } = plan.training;
  const normalisation = normalisationFrom(moments(train, plan.data), plan.data);
  const scaled = applyNormalisation(train, normalisation, plan.data, plan.normalisation.inputs);
  const targetWidths = plan.data.targets.map(targetWidth);
  await trainer.prepare({ topology, losses, optimiser, batchSize, inputShape: inputShape(plan.data), targetWidths, train: scaled, test: scaled });
  const randomnessKey = createHash('sha256').update(`demonstration ${site}`).digest();
  const weights = await initialWeights(topology, randomnessKey);
  const trained = await trainer.train({ weights, steps: plan.rounds.count * localSteps!, randomnessKey });
  return { weights: trained.weights, normalisation };
}

async function evaluate(plan: StudyPlan, { weights, normalisation }: ScaledModel, examples: Examples): Promise<PooledEvaluation> {
  const scaled = applyNormalisation(examples, normalisation, plan.data, plan.normalisation.inputs);
  return localEvaluation(plan, examples.count, await predictWithWeights(plan.model.topology, weights, scaled), examples.targets);
}

function joined(parts: readonly DataSet['test'][]): Examples {
  const values = (arrays: readonly Float32Array[]) => Float32Array.from(arrays.flatMap((array) => [...array]));
  return {
    count: parts.reduce((sum, { count }) => sum + count, 0),
    inputs: values(parts.map(({ inputs }) => inputs)),
    targets: parts[0]!.targets.map((_, index) => values(parts.map(({ targets }) => targets[index]!))),
  };
}
