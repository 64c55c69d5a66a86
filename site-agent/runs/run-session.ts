import { join } from 'node:path';
import { describeTopology } from '../../shared/models/model-description.ts';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import type { TensorSpec } from '../../shared/models/tensor-spec.ts';
import { inputShape, targetWidth } from '../../shared/studies/inputs.ts';
import type { StudyPlan } from '../../shared/studies/plan.ts';
import { readPlan } from '../../shared/studies/checked-plan.ts';
import type { RunParameters } from '../../shared/studies/run-parameters.ts';
import type { Logger } from '../../shared/logs/logger.ts';
import type { DataSet, DataSetSettings } from '../data/data-set.ts';
import type { Trainer } from '../training/trainer.ts';
import type { EngineChoice } from '../training/training-engine.ts';
import { pinData } from './data-pin.ts';
import type { TrainingJob } from '../training/training-job.ts';
import { RunEngine } from './run-engine.ts';
import { normalisedExamples, openStudyData } from './study-data.ts';

export interface RunSettings {
  readonly folder: string;
  readonly dataSets: DataSetSettings;
  readonly engine: EngineChoice;
  /** Trains with something else than TensorFlow.js; for benchmarks, no setting of a site leads here. */
  readonly startTrainer?: () => Promise<Trainer>;
  readonly log: Logger;
}

/** What the site keeps in memory for a run that it takes part in: the plan, its own data, and a trainer process. */
export class RunSession implements AsyncDisposable {
  readonly plan: StudyPlan;
  readonly tensors: readonly TensorSpec[];
  readonly #settings: RunSettings;
  readonly #folder: string;
  readonly #engine: RunEngine;
  #data: Promise<DataSet> | undefined;
  #trainer: { readonly preparedFor: string; readonly trainer: Promise<Trainer> } | undefined;

  private constructor(plan: StudyPlan, tensors: readonly TensorSpec[], runFolder: string, settings: RunSettings) {
    this.plan = plan;
    this.tensors = tensors;
    this.#folder = runFolder;
    this.#settings = settings;
    this.#engine = new RunEngine(join(runFolder, 'engine.json'), settings.engine, settings.log);
  }

  /**
   * @param planJson bytes whose hash was checked against the run's
   * @param runFolder where the run keeps its state at this site
   */
  static async open(planJson: Uint8Array, runFolder: string, settings: RunSettings): Promise<RunSession> {
    const plan = await readPlan(planJson);
    const { weights } = await describeTopology(plan.model.topology);
    return new RunSession(plan, weights, runFolder, settings);
  }

  /** The site's data set, read once and checked; read again when that failed. @throws what openStudyData throws, data-changed */
  data(): Promise<DataSet> {
    if (this.#data) return this.#data;
    const data = this.#openData();
    this.#data = data;
    data.catch(() => (this.#data = undefined));
    return data;
  }

  /**
   * Uses a trainer that has the model and the data as the run's parameters normalise it. One that failed is ended, and
   * the next use starts another; one that was cancelled between two steps is as good as before.
   * @throws what RunEngine.start throws
   */
  async withTrainer<Result>(parameters: RunParameters, signal: AbortSignal, use: (trainer: Trainer) => Promise<Result>): Promise<Result> {
    const trainer = await this.#prepared(parameters, signal);
    try {
      return await use(trainer);
    } catch (error) {
      if (!(error instanceof ConsiliumError && error.code === 'cancelled')) await this.#endTrainer();
      throw error;
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#endTrainer();
  }

  async #openData(): Promise<DataSet> {
    const { dataSets, folder } = this.#settings;
    const data = await openStudyData(dataSets, folder, this.plan);
    await pinData(join(this.#folder, 'data-snapshot'), data.snapshotDigest);
    return data;
  }

  #prepared(parameters: RunParameters, signal: AbortSignal): Promise<Trainer> {
    const preparedFor = JSON.stringify(parameters.normalisation ?? null);
    if (this.#trainer?.preparedFor === preparedFor) return this.#trainer.trainer;
    const trainer = this.#prepare(parameters, this.#trainer?.trainer, signal);
    this.#trainer = { preparedFor, trainer };
    trainer.catch(() => (this.#trainer = undefined));
    return trainer;
  }

  #start(job: TrainingJob, signal: AbortSignal): Promise<Trainer> {
    return this.#settings.startTrainer?.() ?? this.#engine.start(job, signal);
  }

  async #endTrainer(): Promise<void> {
    const ended = this.#trainer;
    this.#trainer = undefined;
    await (await ended?.trainer.catch(() => undefined))?.[Symbol.asyncDispose]();
  }

  async #prepare(parameters: RunParameters, running: Promise<Trainer> | undefined, signal: AbortSignal): Promise<Trainer> {
    const { plan } = this;
    const examples = normalisedExamples(plan, await this.data(), parameters);
    const job = {
      topology: plan.model.topology,
      losses: plan.training.losses,
      optimiser: plan.training.optimiser,
      batchSize: plan.training.batchSize,
      inputShape: inputShape(plan.data),
      targetWidths: plan.data.targets.map(targetWidth),
      ...examples,
    };
    const trainer = (await running?.catch(() => undefined)) ?? (await this.#start(job, signal));
    try {
      await trainer.prepare(job);
      return trainer;
    } catch (error) {
      await trainer[Symbol.asyncDispose]();
      throw error;
    }
  }
}
