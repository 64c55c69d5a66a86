import { measureFederation, type FederationFigures } from './federation-case.ts';
import { works, type Work } from './work.ts';

/** A federation as it grows. */
export interface ScaleRow {
  readonly case: 'agents' | 'sites';
  readonly figures: FederationFigures;
}

export interface ScaleOptions {
  readonly sites: readonly number[];
  readonly signal: AbortSignal;
  readonly onProgress: (text: string) => void;
}

/** Fewer than three sites cannot have a sum opened: that is a site's own default. */
export const agentCounts = [3, 10, 50, 100, 200];
export const siteCounts = [10, 25, 50, 100];

const agentRounds = 20;
const agentsPerProcess = 25;
const sitesPerProcess = 10;

/** Many agents and a model of 14 parameters: what the federation costs where the model costs nothing. Real connections and keys, several agents in a process. */
export function measureAgents(options: ScaleOptions & { rounds?: number }): AsyncGenerator<ScaleRow> {
  return grow('agents', { ...works['tiny']!, rounds: options.rounds ?? agentRounds }, { ...options, agentsPerProcess, atOnce: undefined });
}

/** 3.49 million parameters from more and more sites. Two agents in each process hold a model at the same moment, so that one machine can hold them all. */
export function measureSites(options: ScaleOptions): AsyncGenerator<ScaleRow> {
  return grow('sites', { ...works['mobile']!, rounds: 1 }, { ...options, agentsPerProcess: sitesPerProcess, atOnce: 2 });
}

async function* grow(name: ScaleRow['case'], work: Work, { sites: counts, agentsPerProcess: inOneProcess, atOnce, signal, onProgress }: ScaleOptions & { agentsPerProcess: number; atOnce: number | undefined }): AsyncGenerator<ScaleRow> {
  for (const sites of counts) {
    const figures = await measureFederation({ ...work, name: `${name}-${sites}`, sites }, { signal, agentsPerProcess: inOneProcess, ...(atOnce !== undefined && { atOnce }), onProgress });
    yield { case: name, figures };
  }
}
