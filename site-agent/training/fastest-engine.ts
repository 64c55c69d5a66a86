import { asConsiliumError, ConsiliumError } from '../../shared/errors/consilium-error.ts';
import { startTrainer } from './trainer.ts';
import type { EngineName } from './training-engine.ts';
import type { TrainingJob } from './training-job.ts';

/** An engine that takes longer than this to load, to build the model and to do two steps is not the faster one. */
const trialMaxMs = 60_000;

/** What an engine's trial came to: the time of a step, or why there is none. */
type Trial = { readonly name: EngineName } & ({ readonly stepMs: number } | { readonly error: ConsiliumError });

/**
 * The engine that does a step of this job in less time, on this machine and on these rows: native or WASM, each in a
 * process of its own. Where the native engine does not load there is nothing to compare. Both figures go to the log of
 * the site, and nowhere else: they depend on its data.
 */
export async function fastestEngine(job: TrainingJob, signal: AbortSignal, log: (line: string) => void): Promise<EngineName> {
  const trials = [await tried('tfjs-node', job, signal)];
  if (isTimed(trials[0])) trials.push(await tried('wasm', job, signal));
  const [fastest = { name: 'wasm' as const }] = trials.filter(isTimed).toSorted((left, right) => left.stepMs - right.stepMs);
  log(`${trials.map(trialText).join(' ')} Training with ${fastest.name}.`);
  return fastest.name;
}

async function tried(name: EngineName, job: TrainingJob, signal: AbortSignal): Promise<Trial> {
  const limit = AbortSignal.timeout(trialMaxMs);
  try {
    await using trainer = await startTrainer({ engine: name, signal: AbortSignal.any([signal, limit]) });
    await trainer.prepare(job);
    return { name, ...(await trainer.time()) };
  } catch (error) {
    if (signal.aborted) throw new ConsiliumError('cancelled');
    return { name, error: asConsiliumError(error) };
  }
}

function isTimed(trial: Trial | undefined): trial is Extract<Trial, { stepMs: number }> {
  return trial !== undefined && 'stepMs' in trial;
}

function trialText(trial: Trial): string {
  if (isTimed(trial)) return `A step takes ${trial.stepMs.toPrecision(3)} ms with ${trial.name}.`;
  const { name, error } = trial;
  if (error.code === 'engine-unavailable') return `The optional engine ${name} does not load on this machine.`;
  if (error.code === 'cancelled') return `${name} did no step within ${trialMaxMs / 1000} s.`;
  return `${name} cannot train this model: ${error.detail}`;
}
