import { z } from 'zod';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import { readIfThere, writeDurableFile } from '../../shared/files/durable-file.ts';
import type { Logger } from '../../shared/logs/logger.ts';
import { fastestEngine } from '../training/fastest-engine.ts';
import { startTrainer, type Trainer } from '../training/trainer.ts';
import { engineNames, engineText, type EngineChoice, type EngineDescription } from '../training/training-engine.ts';
import type { TrainingJob } from '../training/training-job.ts';

const pinSchema = z.strictObject({ name: z.enum(engineNames), version: z.string(), backend: z.string(), threads: z.int().min(1) });

/**
 * The engine with which this site trains a run: chosen and noted when the run first trains, and the same from then on,
 * also after a restart. Other settings in site.json hold for later runs.
 */
export class RunEngine {
  readonly #file: string;
  readonly #choice: EngineChoice;
  readonly #log: Logger;
  readonly #line = (line: string) => void this.#log.info(line);

  /** @param file where the engine is noted, in the run's folder */
  constructor(file: string, choice: EngineChoice, log: Logger) {
    this.#file = file;
    this.#choice = choice;
    this.#log = log;
  }

  /** A trainer that is not prepared yet. `signal` ends the choice of the engine, not the trainer. @throws engine-changed when the noted engine is not there any more, engine-unavailable */
  async start(job: TrainingJob, signal: AbortSignal): Promise<Trainer> {
    if (signal.aborted) throw new ConsiliumError('cancelled');
    const pinned = await this.#pinned();
    if (pinned) return this.#startPinned(pinned);
    const engine = this.#choice === 'auto' ? await fastestEngine(job, signal, this.#line) : this.#choice;
    const trainer = await startTrainer({ engine, log: this.#line });
    try {
      await writeDurableFile(this.#file, JSON.stringify(pinSchema.parse(trainer.engine)));
    } catch (error) {
      await trainer[Symbol.asyncDispose]();
      throw error;
    }
    this.#log.info('The run is trained with one engine to its end.', { engine: engineText(trainer.engine) });
    return trainer;
  }

  async #startPinned(pinned: EngineDescription): Promise<Trainer> {
    const { name, threads } = pinned;
    const trainer = await startTrainer({ engine: name, threads, log: this.#line }).catch((error: unknown) => {
      if (error instanceof ConsiliumError && error.code === 'engine-unavailable') throw changed(pinned, 'it does not load any more', error);
      throw error;
    });
    if (engineText(trainer.engine) === engineText(pinned)) return trainer;
    await trainer[Symbol.asyncDispose]();
    throw changed(pinned, `this machine now has ${engineText(trainer.engine)}`);
  }

  async #pinned(): Promise<EngineDescription | undefined> {
    const text = await readIfThere(this.#file);
    return text && pinSchema.parse(JSON.parse(text.toString()));
  }
}

function changed(pinned: EngineDescription, how: string, cause?: Error): ConsiliumError {
  return new ConsiliumError('engine-changed', `The run began with ${engineText(pinned)}; ${how}.`, { cause });
}
