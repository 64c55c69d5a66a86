import { setImmediate as eventLoopTurn } from 'node:timers/promises';
import type { Optimizer, Scalar, Tensor, Variable } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { Examples } from '../../shared/datasets/examples.ts';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import { keyedRandomness, withRandomness } from '../../shared/models/keyed-randomness.ts';
import { buildLayersModel, readFlatWeights, writeFlatWeights } from '../../shared/models/layers-model.ts';
import { predictions } from '../../shared/models/predictions.ts';
import { BatchOrder } from './batch-order.ts';
import { CheckpointKeeper, trainingDigest } from './checkpoint-keeper.ts';
import { disposeOptimiser, localOptimiserOf } from './local-optimisers.ts';
import { losses } from './losses.ts';
import { readOptimiserState, writeOptimiserState } from './optimiser-state.ts';
import type { TrainingEngine } from './training-engine.ts';
import type { PredictionRequest, StepTime, TrainingJob, TrainingProgress, TrainingRequest, TrainingResult } from './training-job.ts';

/** Steps are timed until this long has passed, and once at least. */
const timingMs = 500;

/** Work is interrupted this often for progress to leave and a cancellation to come in. */
const turnMs = 50;

/** A job whose model is built on an engine, ready to train and predict from any weights. Holds tensors until disposed of. */
export class PreparedTraining implements Disposable {
  readonly #engine: TrainingEngine;
  readonly #job: TrainingJob;
  readonly #model: LayersModel;

  private constructor(engine: TrainingEngine, job: TrainingJob, model: LayersModel) {
    this.#engine = engine;
    this.#job = job;
    this.#model = model;
  }

  static async create(engine: TrainingEngine, job: TrainingJob): Promise<PreparedTraining> {
    return new PreparedTraining(engine, job, await buildLayersModel(engine.tensorflow, job.topology));
  }

  /**
   * Throws `training-failed` when the loss or the weights are no longer finite, `cancelled` when the signal aborts.
   * @param log takes lines for the log
   */
  async train(request: TrainingRequest, onProgress: (progress: TrainingProgress) => void, signal: AbortSignal, log: (line: string) => void = () => {}): Promise<TrainingResult> {
    const { tensorflow } = this.#engine;
    const { randomnessKey: key, steps, checkpoint } = request;
    if (this.#job.train.count === 0) throw noRows();
    const keeper = checkpoint && new CheckpointKeeper(checkpoint, trainingDigest(this.#engine, this.#job, request));
    const kept = await keeper?.find();
    writeFlatWeights(tensorflow, this.#model, kept?.weights ?? request.weights);
    const variables = this.#variables();
    const order = new BatchOrder(key, this.#job.train.count, this.#job.batchSize);
    const optimiser = localOptimiserOf(tensorflow, this.#job.optimiser);
    const resumedAtStep = kept?.step ?? 0;
    try {
      if (kept) await writeOptimiserState(tensorflow, optimiser, kept.optimiser, variables);
      let totalLoss = kept?.totalLoss ?? 0;
      let lastTurn = performance.now();
      for (let step = resumedAtStep; step < steps; step += 1) {
        if (signal.aborted) throw new ConsiliumError('cancelled');
        const random = keyedRandomness(key, 'training step', step);
        const loss = withRandomness(random, () => this.#step(optimiser, variables, order.rows(step)));
        if (!Number.isFinite(loss)) throw diverged(step + 1);
        totalLoss += loss;
        if (performance.now() - lastTurn < turnMs) continue;
        onProgress({ step: step + 1, loss });
        await eventLoopTurn(); // an agent that is gone takes this process with it here, before it writes anything more
        if (keeper?.isDue) {
          const isKept = await keeper.keep({ step: step + 1, totalLoss, weights: readFlatWeights(this.#model), optimiser: await readOptimiserState(optimiser) });
          if (!isKept) log('The disk does not take the training\'s checkpoint; training goes on without.');
        }
        lastTurn = performance.now();
      }
      const weights = readFlatWeights(this.#model);
      if (!weights.every(Number.isFinite)) throw diverged(steps);
      return { weights, steps, meanLoss: totalLoss / steps, resumedAtStep };
    } finally {
      disposeOptimiser(tensorflow, optimiser);
    }
  }

  /** The time of the fastest of a few steps, after one that is not counted: others also use the machine. */
  time(): StepTime {
    if (this.#job.train.count === 0) throw noRows();
    const { tensorflow } = this.#engine;
    const variables = this.#variables();
    const order = new BatchOrder(new Uint8Array(32), this.#job.train.count, this.#job.batchSize);
    const optimiser = localOptimiserOf(tensorflow, this.#job.optimiser);
    try {
      this.#step(optimiser, variables, order.rows(0));
      const startMs = performance.now();
      let stepMs = Infinity;
      for (let step = 1; step === 1 || performance.now() - startMs < timingMs; step += 1) {
        const stepStartMs = performance.now();
        this.#step(optimiser, variables, order.rows(step));
        stepMs = Math.min(stepMs, performance.now() - stepStartMs);
      }
      return { stepMs };
    } finally {
      disposeOptimiser(tensorflow, optimiser);
    }
  }

  /** The model's outputs, one array for each target, count x width. */
  predict({ weights, examples }: PredictionRequest): Float32Array[] {
    writeFlatWeights(this.#engine.tensorflow, this.#model, weights);
    return predictions(this.#engine.tensorflow, this.#model, this.#job[examples]);
  }

  [Symbol.dispose](): void {
    this.#model.dispose();
  }

  #variables(): Variable[] {
    return this.#model.trainableWeights.map((weight) => weight.read() as Variable);
  }

  /** One step of the optimiser; returns the loss before it. */
  #step(optimiser: Optimizer, variables: Variable[], rows: Uint32Array): number {
    const { core } = this.#engine.tensorflow;
    return core.tidy(() => {
      const [inputs, ...targets] = this.#batch(rows);
      const { value, grads } = core.variableGrads(() => this.#loss(inputs as Tensor, targets), variables);
      optimiser.applyGradients(grads);
      return value.dataSync()[0] as number;
    });
  }

  #loss(inputs: Tensor, targets: Tensor[]): Scalar {
    const { core } = this.#engine.tensorflow;
    const outputs = [this.#model.apply(inputs, { training: true })].flat() as Tensor[];
    const terms = this.#job.losses.map((name, index) => losses[name](core, targets[index] as Tensor, outputs[index] as Tensor));
    return core.reshape(core.addN([...terms, ...this.#model.calculateLosses()]), []);
  }

  #batch(rows: Uint32Array): Tensor[] {
    const { core } = this.#engine.tensorflow;
    const { train, inputShape, targetWidths } = this.#job;
    return [
      core.tensor(gathered(train.inputs, train, rows), [rows.length, ...inputShape]),
      ...train.targets.map((target, index) => core.tensor(gathered(target, train, rows), [rows.length, targetWidths[index] as number])),
    ];
  }
}

function gathered(values: Float32Array, { count }: Examples, rows: Uint32Array): Float32Array {
  const width = values.length / count;
  const batch = new Float32Array(rows.length * width);
  for (const [at, row] of rows.entries()) batch.set(values.subarray(row * width, (row + 1) * width), at * width);
  return batch;
}

function noRows(): ConsiliumError {
  return new ConsiliumError('training-failed', 'There are no rows to train on.');
}

function diverged(step: number): ConsiliumError {
  return new ConsiliumError('training-failed', `It diverged at step ${step}: loss or weights are not finite. A lower learning rate may help.`);
}
