/**
 * Accuracy on the four hospitals of UCI Heart Disease, on the split of the FLamby benchmark: each hospital alone, pooled
 * training, federated training in the clear and encrypted, for seeds 42 to 46, beside FLamby's published results.
 *
 * The encrypted rows come from the real system: a coordinator and four site agents over gRPC. The others repeat the same
 * training in one process, with the same initial weights and the same training randomness; in the clear, deltas
 * are float32 and are averaged as they are.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { writeTable } from '../shared/command-line/table.ts';
import type { Examples } from '../shared/datasets/examples.ts';
import { applyNormalisation, moments, normalisationFrom, type Normalisation } from '../shared/datasets/normalisation.ts';
import { writeDurableFile } from '../shared/files/durable-file.ts';
import { siteWeight } from '../shared/layouts/site-weight.ts';
import { initialWeights } from '../shared/models/model-description.ts';
import { float32FromBytes } from '../shared/payloads/little-endian.ts';
import { serverOptimiserOf } from '../shared/server-optimisers/registry.ts';
import { sha256 } from '../shared/statements/digest.ts';
import { trainingKey, type TrainingRound } from '../site-agent/rounds/training-key.ts';
import { startTrainer, type Trainer } from '../site-agent/training/trainer.ts';
import { startFederation, type Federation } from '../test/support/federation.ts';
import { PayloadFiles } from '../coordinator/store/payload-files.ts';
import { flambyRows, type AccuracyRow } from './flamby-published.ts';
import { heartHospitals, heartPlan, type HeartHospital } from './heart-hospitals.ts';
import { roundIdOf } from '../shared/studies/round-number.ts';

const seeds = [42, 43, 44, 45, 46];
const { values } = parseArgs({ options: { data: { type: 'string' }, json: { type: 'boolean', default: false } } });
const plan = await heartPlan();
const hospitals = await heartHospitals(values.data);
const totalSteps = plan.rounds.count * (plan.training.localSteps ?? 0);
const pooledTest = concatenate(hospitals.map(({ test }) => test));
const pooledTrain = concatenate(hospitals.map(({ train }) => train));
const pooledNormalisation = normalisationFrom(moments(pooledTrain, plan.data), plan.data);

await using trainer = await startTrainer({ engine: 'wasm' });
await using federation = await startFederation({
  dataSet: plan.data.dataset,
  tables: Object.fromEntries(hospitals.map(({ site, table }) => [site, table])),
  beforeStart: (siteFolder, site) => writeDurableFile(join(siteFolder, 'state', 'training-secret'), secretOf(site)),
});

const rows: AccuracyRow[] = [];
for (const hospital of hospitals) rows.push(await overSeeds(`${hospital.site} alone`, (seed) => trainAlone(trainer, hospital, seed)));
rows.push(await overSeeds('pooled training', (seed) => trainPooled(trainer, seed)));
const runs = new Map<number, EncryptedRun>();
const encrypted = await overSeeds('federated, encrypted', (seed) => trainEncrypted(federation, trainer, seed, runs));
const clear = await overSeeds('federated, in the clear', (seed) => trainClear(trainer, seed, runs.get(seed) as EncryptedRun));
rows.push(clear, encrypted);
report(rows);

/** What training randomness follows from, beside a site's secret. */
type EncryptedRun = Pick<TrainingRound, 'run' | 'epoch'>;

/** Weights, and the normalisation with which they are used. */
interface Trained {
  readonly weights: Float32Array;
  readonly normalisation: Normalisation;
}

async function trainAlone(engine: Trainer, hospital: HeartHospital, seed: number): Promise<Trained> {
  const normalisation = normalisationFrom(moments(hospital.train, plan.data), plan.data);
  return trainCentrally(engine, hospital.train, normalisation, totalSteps, seed, hospital.site);
}

/** As many steps as all four sites take together. */
async function trainPooled(engine: Trainer, seed: number): Promise<Trained> {
  return trainCentrally(engine, pooledTrain, pooledNormalisation, totalSteps * hospitals.length, seed, 'pooled');
}

async function trainCentrally(engine: Trainer, examples: Examples, normalisation: Normalisation, steps: number, seed: number, name: string): Promise<Trained> {
  await prepare(engine, scaled(examples, normalisation));
  const { weights } = await engine.train({ weights: await startingWeights(seed), steps, randomnessKey: sha256(`${name} ${seed}`) });
  return { weights, normalisation };
}

async function trainEncrypted({ coordinator, store, coordinatorFolder, run }: Federation, _engine: Trainer, seed: number, ran: Map<number, EncryptedRun>): Promise<Trained> {
  const { id, state, reason, parameters } = await run(JSON.parse(await readFile(new URL('../examples/heart-disease.json', import.meta.url), 'utf8')) as { study: string }, seed);
  if (state !== 'COMPLETED' || !parameters.normalisation) throw new Error(`The run ${id} of ${coordinator.sitePort} ended as ${state}: ${reason}`);
  ran.set(seed, { run: id, epoch: (await store.read.epochs.findByRun(id))!.number });
  const last = (await store.read.modelVersions.list(id)).at(-1);
  const payloads = await PayloadFiles.open(join(coordinatorFolder, 'payloads'));
  return { weights: float32FromBytes(await payloads.readAll(last?.weightsDigest ?? '')), normalisation: parameters.normalisation };
}

/** FedAvg over float32 deltas, with the training randomness of the encrypted run. */
async function trainClear(engine: Trainer, seed: number, { run, epoch }: EncryptedRun): Promise<Trained> {
  const server = serverOptimiserOf(plan.aggregation.serverOptimiser);
  const weights = await startingWeights(seed);
  const model = { weights, state: server.initialState(weights.length) };
  const shares = hospitals.map(({ train }) => siteWeight(train.count, plan.aggregation.weightCap));
  const total = shares.reduce((sum, share) => sum + share, 0);
  for (let round = 1; round <= plan.rounds.count; round++) {
    const mean = new Float64Array(weights.length);
    for (const [index, { site, train }] of hospitals.entries()) {
      await prepare(engine, scaled(train, pooledNormalisation));
      const randomnessKey = trainingKey(secretOf(site), { run, epoch, round: roundIdOf(run, round), attempt: 1 });
      const trained = await engine.train({ weights, steps: plan.training.localSteps ?? 0, randomnessKey });
      trained.weights.forEach((weight, at) => (mean[at]! += ((weight - weights[at]!) * shares[index]!) / total));
    }
    server.step(model, mean, 0);
  }
  return { weights, normalisation: pooledNormalisation };
}

async function overSeeds(method: string, train: (seed: number) => Promise<Trained>): Promise<AccuracyRow> {
  const pooled: number[] = [];
  const clients: number[][] = hospitals.map(() => []);
  for (const seed of seeds) {
    const { weights, normalisation } = await train(seed);
    pooled.push(accuracy(weights, scaled(pooledTest, normalisation)));
    hospitals.forEach(({ test }, index) => clients[index]!.push(accuracy(weights, scaled(test, normalisation))));
    if (!values.json) process.stderr.write(`${method}, seed ${seed}: ${pooled.at(-1)!.toFixed(4)}\n`);
  }
  return { method, pooled: mean(pooled), deviation: standardDeviation(pooled), clients: clients.map(mean), perSeed: pooled };
}

/** Accuracy at 0.5 of a logistic regression whose flat weights are the kernel and the bias. */
function accuracy(weights: Float32Array, { inputs, targets, count }: Examples): number {
  const width = weights.length - 1;
  let correct = 0;
  for (let row = 0; row < count; row++) {
    let logit = weights[width]!;
    for (let at = 0; at < width; at++) logit += inputs[row * width + at]! * weights[at]!;
    if (logit > 0 === targets[0]![row]! > 0.5) correct++;
  }
  return correct / count;
}

async function prepare(engine: Trainer, examples: Examples): Promise<void> {
  const { losses, optimiser, batchSize } = plan.training;
  const width = examples.inputs.length / examples.count;
  await engine.prepare({ topology: plan.model.topology, losses, optimiser, batchSize, inputShape: [width], targetWidths: [1], train: examples, test: examples });
}

function startingWeights(seed: number): Promise<Float32Array> {
  return initialWeights(plan.model.topology, sha256(`consilium/seed/${seed}`));
}

/** Fixed, so that every run of the benchmark trains alike. */
function secretOf(site: string): Uint8Array {
  return sha256(`training secret of ${site}`);
}

function scaled(examples: Examples, normalisation: Normalisation): Examples {
  return applyNormalisation(examples, normalisation, plan.data, plan.normalisation.inputs);
}

function concatenate(parts: readonly Examples[]): Examples {
  const join = (arrays: readonly Float32Array[]) => Float32Array.from(arrays.flatMap((array) => [...array]));
  return {
    count: parts.reduce((sum, { count }) => sum + count, 0),
    inputs: join(parts.map(({ inputs }) => inputs)),
    targets: parts[0]!.targets.map((_target, index) => join(parts.map(({ targets }) => targets[index]!))),
  };
}

function report(measured: readonly AccuracyRow[]): void {
  const pooled = measured.find(({ method }) => method === 'pooled training') as AccuracyRow;
  if (values.json) {
    for (const row of [...measured, ...flambyRows]) console.log(JSON.stringify({ event: 'row', ...row }));
    console.log(JSON.stringify({ event: 'summary', pooled: pooled.pooled, federatedClear: clear.pooled, federatedEncrypted: encrypted.pooled, seeds }));
    return;
  }
  const percent = (value: number) => value.toFixed(4);
  const columns = [
    { title: 'accuracy, mean of seeds 42-46', text: ({ method }: AccuracyRow) => method },
    { title: 'pooled test', text: ({ pooled, deviation }: AccuracyRow) => `${percent(pooled)} ± ${percent(deviation)}` },
    ...hospitals.map(({ site }, index) => ({ title: site, text: ({ clients }: AccuracyRow) => percent(clients[index]!), align: 'right' as const })),
  ];
  console.log(`\nUCI Heart Disease, ${pooledTrain.count} training rows, ${pooledTest.count} test rows, ${plan.rounds.count} rounds of ${plan.training.localSteps} local steps of batch ${plan.training.batchSize}\n`);
  writeTable(process.stdout, columns, measured);
  console.log('\nFLamby\'s published results on the same split (its own optimisers and, for clients, its own normalisation)\n');
  writeTable(process.stdout, columns, flambyRows);
  console.log(`\nEncrypted minus clear: ${(encrypted.pooled - clear.pooled).toFixed(4)}`);
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}

function standardDeviation(numbers: readonly number[]): number {
  const centre = mean(numbers);
  return Math.sqrt(numbers.reduce((sum, number) => sum + (number - centre) ** 2, 0) / (numbers.length - 1));
}
