import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import { loadCpuEngine } from './cpu-engine.ts';
import { loadTfjsNodeEngine } from './tfjs-node-engine.ts';
import type { EngineLoader, EngineName, TrainingEngine } from './training-engine.ts';
import { loadWasmEngine } from './wasm-engine.ts';

const engines: Record<EngineName, EngineLoader> = {
  wasm: loadWasmEngine,
  'tfjs-node': loadTfjsNodeEngine,
  cpu: loadCpuEngine,
};

/** Loads an engine for this process. @throws engine-unavailable when it does not load */
export async function loadEngine(name: EngineName, threads?: number): Promise<TrainingEngine> {
  try {
    return await engines[name](threads);
  } catch (cause) {
    throw new ConsiliumError('engine-unavailable', `The engine is ${name}.`, { cause });
  }
}
