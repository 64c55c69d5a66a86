import { existsSync } from 'node:fs';
import { tfjsNodeFolder } from '../../../site-agent/training/tfjs-node-folder.ts';
import { engineNames, type EngineName } from '../../../site-agent/training/training-engine.ts';

/** Whether `npm run setup:tfjs-node` has put the native engine in place; an engine that is there has to load. */
export const tfjsNodeIsInstalled = existsSync(tfjsNodeFolder());

/** Where the native engine is not installed, one pending test says so. */
export function installedEngines(): EngineName[] {
  if (!tfjsNodeIsInstalled) it('tfjs-node is not tried here, because it is not installed: run npm run setup:tfjs-node');
  return engineNames.filter((name) => name !== 'tfjs-node' || tfjsNodeIsInstalled);
}
