import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import { loadCpuEngine } from './cpu-engine.ts';
import { loadTfjsNodeEngine } from './tfjs-node-engine.ts';
import { engineNames, type EngineLoader, type EngineName, type TrainingEngine } from './training-engine.ts';
import { loadWasmEngine } from './wasm-engine.ts';

const engines: Record<EngineName, EngineLoader> = {
  wasm: loadWasmEngine,
  'tfjs-node': loadTfjsNodeEngine,
  cpu: loadCpuEngine,
};

export const engineChoices = ['auto', ...engineNames] as const;
export type EngineChoice = (typeof engineChoices)[number];

/**
 * Loads the engine asked for, or fails with `engine-unavailable`. `auto` takes the native engine where it loads and
 * WASM elsewhere, which is no error and one line in the log.
 */
export async function loadEngine(choice: EngineChoice, log: (line: string) => void): Promise<TrainingEngine> {
  if (choice === 'auto') return loadFastest(log);
  try {
    return await engines[choice]();
  } catch (cause) {
    throw new ConsiliumError('engine-unavailable', `The engine is ${choice}.`, { cause });
  }
}

/** Which is faster depends on the model. A warm-up step of each engine, timed on the study's model, belongs here. */
async function loadFastest(log: (line: string) => void): Promise<TrainingEngine> {
  try {
    return await engines['tfjs-node']();
  } catch {
    log('The optional engine tfjs-node does not load on this machine; training with wasm.');
    return loadEngine('wasm', log);
  }
}
