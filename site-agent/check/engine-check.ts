import type { EngineChoice, EngineName } from '../training/training-engine.ts';
import { failed, ok, type Finding } from './finding.ts';

/** Loads a training engine and describes it, or throws `engine-unavailable`. */
export type DescribeEngine = (name: EngineName) => Promise<string>;

/** Which training engines load; wrong when the one that site.json asks for does not. */
export async function checkEngines(choice: EngineChoice, describe: DescribeEngine): Promise<Finding> {
  const asked: EngineName = choice === 'auto' ? 'wasm' : choice;
  const engines = [...new Set<EngineName>([asked, 'wasm', 'tfjs-node'])];
  const found: string[] = [];
  for (const name of engines) {
    try {
      found.push(`${await describe(name)} loads.`);
    } catch (error) {
      if (name === asked) return failed('engine', error);
      found.push(`${name} does not load.`);
    }
  }
  const both = found.every((line) => line.endsWith(' loads.'));
  const taken = choice === 'auto' ? both && 'Each run is trained with the faster one.' : `site.json asks for ${choice}.`;
  return ok('engine', [...found, ...(taken ? [taken] : [])].join(' '));
}
