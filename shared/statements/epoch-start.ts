import { runParametersHash } from '../studies/run-parameters.ts';
import type { EpochStart } from './run-statements.ts';

/** Where the first epoch of a run begins: at its first round, with the initial weights. @param version digest of these */
export function firstEpochStart(version: string): EpochStart {
  return { round: 0, version, parametersHash: runParametersHash({}), manifests: { update: '', statistics: '' } };
}
