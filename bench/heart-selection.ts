/**
 * Chooses the hyper-parameters of examples/heart-disease.json on training rows only: five-fold cross-validation inside each
 * hospital's training rows, over a grid; the setting with the lowest mean held-out log loss wins, the same for all seeds.
 * Test rows are not read. Logistic regression is small enough to be simulated here without the rest of the system.
 */
import { parseArgs } from 'node:util';
import { coarsen } from '../shared/layouts/site-weight.ts';
import { keyedRandomness } from '../shared/models/keyed-randomness.ts';
import { heartHospitals, type HeartHospital } from './heart-hospitals.ts';

interface Setting {
  readonly learningRate: number;
  readonly serverMomentum: number;
  readonly serverLearningRate: number;
  readonly l2: number;
}

interface Score extends Setting {
  readonly logLoss: number;
  readonly accuracy: number;
}

/** Rows as z-scores with a trailing 1 for the bias. */
interface Rows {
  readonly inputs: readonly Float64Array[];
  readonly targets: readonly number[];
}

const rounds = 15;
const localSteps = 100;
const batchSize = 4;
const folds = 5;

const grid: Setting[] = [0.003, 0.005, 0.01].flatMap((learningRate) =>
  [0, 0.5, 0.8, 0.9].flatMap((serverMomentum) =>
    [0.1, 0.2, 0.4, 1].flatMap((serverLearningRate) => [0, 0.01, 0.05].map((l2) => ({ learningRate, serverMomentum, serverLearningRate, l2 }))),
  ),
);

const { values } = parseArgs({ options: { data: { type: 'string' }, partitions: { type: 'string', default: '4' }, json: { type: 'boolean', default: false } } });
const hospitals = await heartHospitals(values.data);
const scores = grid.map((setting) => crossValidate(setting, hospitals, Number(values.partitions))).sort((a, b) => a.logLoss - b.logLoss);
if (values.json) for (const score of scores) console.log(JSON.stringify({ event: 'setting', ...score }));
else printScores(scores.slice(0, 10));

function printScores(best: readonly Score[]): void {
  console.log(`The ten best of ${grid.length} settings, by held-out log loss on training rows:`);
  console.log('learning rate  server momentum  server rate    L2  log loss  accuracy');
  for (const { learningRate, serverMomentum, serverLearningRate, l2, logLoss, accuracy } of best) {
    const cells = [String(learningRate).padStart(13), String(serverMomentum).padStart(15), String(serverLearningRate).padStart(11), String(l2).padStart(4)];
    console.log(`${cells.join('  ')}  ${logLoss.toFixed(4).padStart(8)}  ${accuracy.toFixed(4).padStart(8)}`);
  }
}

function crossValidate(setting: Setting, sites: readonly HeartHospital[], partitions: number): Score {
  let loss = 0;
  let correct = 0;
  let rows = 0;
  for (let partition = 0; partition < partitions; partition++) {
    const parts = sites.map((site, index) => shuffled(site.train.count, partition * 100 + index));
    for (let fold = 0; fold < folds; fold++) {
      const split = sites.map((site, index) => ({
        train: rowsOf(site, parts[index]!.filter((_row, at) => at % folds !== fold)),
        held: rowsOf(site, parts[index]!.filter((_row, at) => at % folds === fold)),
      }));
      const scale = pooledScale(split.map(({ train }) => train));
      const weights = federate(setting, split.map(({ train }) => scale(train)), partition * folds + fold);
      for (const { held } of split) {
        scale(held).inputs.forEach((input, at) => {
          const p = probability(weights, input);
          const y = held.targets[at]!;
          loss -= Math.log(Math.max(1e-7, y === 1 ? p : 1 - p));
          correct += Number(p > 0.5 === (y === 1));
          rows++;
        });
      }
    }
  }
  return { ...setting, logLoss: loss / rows, accuracy: correct / rows };
}

function federate({ learningRate, serverMomentum, serverLearningRate, l2 }: Setting, sites: readonly Rows[], seed: number): Float64Array {
  const length = sites[0]!.inputs[0]!.length;
  const shares = sites.map(({ targets }) => coarsen(targets.length));
  const total = shares.reduce((sum, share) => sum + share, 0);
  const weights = new Float64Array(length);
  const velocity = new Float64Array(length);
  for (let round = 0; round < rounds; round++) {
    const mean = new Float64Array(length);
    sites.forEach((site, index) => {
      const local = train(weights, site, learningRate, l2, keyedRandomness(Buffer.from('selection'), `${seed} ${index}`, round));
      for (let at = 0; at < length; at++) mean[at]! += ((local[at]! - weights[at]!) * shares[index]!) / total;
    });
    for (let at = 0; at < length; at++) {
      velocity[at] = serverMomentum * velocity[at]! + mean[at]!;
      weights[at]! += serverLearningRate * velocity[at]!;
    }
  }
  return weights;
}

function train(start: Float64Array, { inputs, targets }: Rows, learningRate: number, l2: number, random: () => number): Float64Array {
  const weights = start.slice();
  const bias = weights.length - 1;
  let order: number[] = [];
  const gradient = new Float64Array(weights.length);
  for (let step = 0; step < localSteps; step++) {
    gradient.fill(0);
    for (let taken = 0; taken < batchSize; taken++) {
      if (order.length === 0) order = permutation(targets.length, random);
      const row = order.pop()!;
      const error = (probability(weights, inputs[row]!) - targets[row]!) / batchSize;
      inputs[row]!.forEach((value, at) => (gradient[at]! += error * value));
    }
    for (let at = 0; at < weights.length; at++) weights[at]! -= learningRate * (gradient[at]! + (at < bias ? 2 * l2 * weights[at]! : 0));
  }
  return weights;
}

function probability(weights: Float64Array, input: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < weights.length; at++) sum += weights[at]! * input[at]!;
  return 1 / (1 + Math.exp(-sum));
}

function rowsOf({ train: { inputs, targets, count } }: HeartHospital, rows: readonly number[]): Rows {
  const width = inputs.length / count;
  return {
    inputs: rows.map((row) => Float64Array.from([...inputs.subarray(row * width, (row + 1) * width), 1])),
    targets: rows.map((row) => targets[0]![row]!),
  };
}

/** z-scores with the mean and standard deviation over all sites, as the federated normalisation computes them. */
function pooledScale(sites: readonly Rows[]): (rows: Rows) => Rows {
  const all = sites.flatMap(({ inputs }) => inputs);
  const width = all[0]!.length - 1;
  const means = Array.from({ length: width }, (_, at) => all.reduce((sum, input) => sum + input[at]!, 0) / all.length);
  const deviations = means.map((mean, at) => Math.sqrt(all.reduce((sum, input) => sum + (input[at]! - mean) ** 2, 0) / all.length));
  return ({ inputs, targets }) => ({
    inputs: inputs.map((input) => input.map((value, at) => (at === width ? 1 : deviations[at] === 0 ? 0 : (value - means[at]!) / deviations[at]!))),
    targets,
  });
}

function shuffled(count: number, seed: number): number[] {
  return permutation(count, keyedRandomness(Buffer.from('folds'), 'partition', seed));
}

function permutation(count: number, random: () => number): number[] {
  const order = Array.from({ length: count }, (_, index) => index);
  for (let last = count - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [order[last], order[other]] = [order[other]!, order[last]!];
  }
  return order;
}
