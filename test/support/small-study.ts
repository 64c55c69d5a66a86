import type { z } from 'zod';
import { SeededRandom } from '../../demo/data/seeded-random.ts';
import { layerModel } from './layer-model.ts';
import type { planSchema } from '../../shared/studies/plan.ts';

export type PlanJson = z.input<typeof planSchema>;

export const smallDataSet = 'small-cohort';

/**
 * A study whose run takes a few seconds: three inputs, a model of four weights, two training rounds of three steps. Its
 * smallest cell is 1: what is opened is the very sum of what sites sent.
 */
export function smallPlan(changes: Partial<PlanJson> = {}): PlanJson {
  return {
    consilium: 1,
    study: 'small-study',
    title: 'A small study',
    purpose: 'Shows that the federation works.',
    data: {
      dataset: smallDataSet,
      columns: [
        { name: 'age', type: 'number', unit: 'a', minimum: 18, maximum: 110 },
        { name: 'dose', type: 'number', unit: 'mg', minimum: 0, maximum: 8, missing: 'mean' },
        { name: 'ward', type: 'category', values: ['north', 'south'], dropFirst: true },
      ],
      targets: [{ type: 'binary', column: 'relapse', values: ['no', 'yes'] }],
      split: { column: 'set', train: 'train', test: 'test' },
    },
    normalisation: { method: 'federated' },
    model: { topology: layerModel(3, [{ units: 1, activation: 'sigmoid' }]) },
    training: { losses: ['binaryCrossentropy'], optimiser: { name: 'sgd', learningRate: 0.1 }, batchSize: 8, localSteps: 3 },
    aggregation: { serverOptimiser: { name: 'fedavg' }, weightCap: 64, clipping: { calibration: { headRoom: 4 } } },
    privacy: { minimumContributors: 3, minimumSamples: 20, smallestCell: 1 },
    rounds: { count: 2, quorum: 3, deadlineSeconds: 60 },
    ...changes,
  };
}

/** A plan without statistics rounds before the first training round. */
export function shortPlan(changes: Partial<PlanJson> = {}): PlanJson {
  return smallPlan({
    normalisation: { method: 'local' },
    aggregation: { serverOptimiser: { name: 'fedavg' }, weightCap: 64, clipping: { range: 0.5 } },
    ...changes,
  });
}

/** Reads an age as it is and squares the errors, so that a site with an age near 1e25 makes its training diverge. */
export function divergingPlan(changes: Partial<PlanJson> = {}): PlanJson {
  return shortPlan({
    study: 'diverging',
    data: {
      dataset: smallDataSet,
      columns: [{ name: 'age', type: 'number', unit: 'a', minimum: 0, maximum: 1e30 }],
      targets: [{ type: 'regression', columns: [{ name: 'stay', unit: 'd', minimum: 0, maximum: 60 }] }],
      split: { column: 'set', train: 'train', test: 'test' },
    },
    normalisation: { method: 'none' },
    model: { topology: layerModel(1, [{ units: 1, activation: 'linear' }]) },
    training: { losses: ['meanSquaredError'], optimiser: { name: 'sgd', learningRate: 1e-5 }, batchSize: 8, localEpochs: 1 },
    ...changes,
  });
}

/** A table of invented measurements, the same for the same name; every fourth row is for testing. */
export function smallTable(name: string, rows = 40): string {
  const random = new SeededRandom(name);
  const lines = Array.from({ length: rows }, (_, row) => {
    const age = 30 + Math.floor(60 * random.uniform());
    const dose = (8 * random.uniform()).toFixed(2);
    const relapse = age / 60 + random.normal() > 1.2 ? 'yes' : 'no';
    const grade = ['I', 'II', 'III'][Math.floor(3 * random.uniform())];
    const stay = Math.floor(age / 10 + 20 * random.uniform());
    return [age, row % 9 === 5 ? '' : dose, random.uniform() < 0.4 ? 'north' : 'south', relapse, grade, stay, row % 4 === 3 ? 'test' : 'train'].join(',');
  });
  return ['age,dose,ward,relapse,grade,stay,set', ...lines, ''].join('\n');
}

/** Tables of as many sites as names are given. */
export function smallTables(...sites: string[]): Record<string, string> {
  return Object.fromEntries(sites.map((site) => [site, smallTable(site)]));
}
