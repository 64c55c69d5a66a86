import { SeededRandom } from '../demo/data/seeded-random.ts';
import { largestCohort } from '../shared/layouts/vector-layout.ts';
import { laneWidths } from '../shared/studies/lanes.ts';
import { laneNames, type LaneName } from '../shared/studies/plan.ts';

/** What a federation is given to do: as many parameters as the peers beside us get, in as many tensors. */
export interface Work {
  readonly name: string;
  /** Values of each weight tensor. */
  readonly tensors: readonly number[];
  readonly sites: number;
  /** Training rounds. The first one counts as warm-up. */
  readonly rounds: number;
  /** Without it, `14+3` where it holds the sites, which is as exact as the peers' encryption; else the most bits that hold them. */
  readonly lanes?: LaneName;
}

export function lanesOf({ sites, lanes }: Pick<Work, 'sites' | 'lanes'>): LaneName {
  const fitting = lanes ?? (['14+3', '16+6', '14+8', '12+10'] as const).find((name) => largestCohort(laneWidths[name]) >= sites);
  if (!fitting) throw new Error(`No lanes hold a sum over ${sites} sites.`);
  return fitting;
}

/** A name from a command line. */
export function laneNameOf(name: string | undefined): { lanes?: LaneName } {
  if (name === undefined) return {};
  const lanes = laneNames.find((known) => known === name);
  if (!lanes) throw new Error(`There are no lanes ${name}; there are ${laneNames.join(', ')}.`);
  return { lanes };
}

const mobileTensors = [...Array.from({ length: 49 }, () => 69_632), 78_032];

export const works: Readonly<Record<string, Work>> = {
  tiny: { name: 'tiny', tensors: [13, 1], sites: 4, rounds: 40 },
  mobile: { name: 'mobile', tensors: mobileTensors, sites: 8, rounds: 6 },
  large: { name: 'large', tensors: Array.from({ length: 50 }, () => 500_000), sites: 4, rounds: 2 },
};

export function parametersOf({ tensors }: Pick<Work, 'tensors'>): number {
  return tensors.reduce((sum, size) => sum + size, 0);
}

/** No value of a delta is larger. */
export const largestDelta = 0.005;
const patternLength = 4099;

/** The delta that one site answers every round with: a pattern of its own, repeated, and begun one place later in each tensor. */
export class FixedDelta {
  readonly #tensors: readonly number[];
  readonly #pattern: Float32Array;

  constructor(site: string, { tensors }: Pick<Work, 'tensors'>) {
    this.#tensors = tensors;
    const random = new SeededRandom(`delta of ${site}`);
    this.#pattern = Float32Array.from({ length: patternLength }, () => (2 * random.uniform() - 1) * largestDelta);
  }

  /** A new array, which becomes the caller's. */
  values(): Float32Array {
    const delta = new Float32Array(parametersOf({ tensors: this.#tensors }));
    let at = 0;
    for (const [index, size] of this.#tensors.entries()) {
      const end = at + size;
      for (let from = index % patternLength; at < end; from = 0) {
        const piece = this.#pattern.subarray(from, from + end - at);
        delta.set(piece, at);
        at += piece.length;
      }
    }
    return delta;
  }
}

/** Largest distance between the weights after some rounds and what the deltas of all sites say they should be. */
export function largestError(work: Pick<Work, 'tensors'>, sites: readonly string[], { initial, final, rounds }: { initial: Float32Array; final: Float32Array; rounds: number }): number {
  const deltas = sites.map((site) => new FixedDelta(site, work).values());
  let largest = 0;
  for (let at = 0; at < initial.length; at++) {
    let sum = 0;
    for (const delta of deltas) sum += delta[at]!;
    largest = Math.max(largest, Math.abs(final[at]! - (initial[at]! + (rounds * sum) / sites.length))); // NaN stays NaN
  }
  return final.length === initial.length ? largest : Number.POSITIVE_INFINITY;
}
