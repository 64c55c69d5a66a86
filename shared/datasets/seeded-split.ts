import { createHash } from 'node:crypto';

export interface SplitRow {
  /** Position among the rows of the file, so that dropping one row does not move the others. */
  readonly position: number;
  /** Class of the first target; rows of one class are split together. */
  readonly stratum: string;
}

/** Classes with fewer rows than this are put together and split as one. */
const smallestStratum = 3;

/**
 * Chooses the test rows, the same for the same seed and file.
 *
 * Each row is ranked by the SHA-256 of seed and position. In each stratum the rows ranked first are the test rows:
 * the fraction rounded to whole rows, at least one, and at least one is left for training. A stratum of
 * a single row is training.
 *
 * @returns positions of the test rows
 */
export function seededTestRows(rows: readonly SplitRow[], split: { seed: number; testFraction: number; stratify: boolean }): Set<number> {
  const strata = Map.groupBy(rows, (row) => (split.stratify ? row.stratum : ''));
  const large = [...strata.values()].filter((stratum) => stratum.length >= smallestStratum);
  const rest = [...strata.values()].filter((stratum) => stratum.length < smallestStratum).flat();
  return new Set([...large, rest].flatMap((stratum) => testPositions(stratum, split)));
}

function testPositions(stratum: readonly SplitRow[], { seed, testFraction }: { seed: number; testFraction: number }): number[] {
  const rounded = Math.round(stratum.length * testFraction);
  const count = stratum.length < 2 ? 0 : Math.min(Math.max(rounded, 1), stratum.length - 1);
  const ranked = stratum.map(({ position }) => ({ position, rank: createHash('sha256').update(`consilium split ${seed} ${position}`).digest('hex') }));
  return ranked
    .sort((a, b) => (a.rank < b.rank ? -1 : 1))
    .slice(0, count)
    .map(({ position }) => position);
}
