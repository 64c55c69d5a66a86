/**
 * A site's weight in the mean: its training rows, capped, and coarsened to two significant bits so that the
 * weight tells less about the exact number of patients.
 */

/** Nearest number of the form 2^k or 3 * 2^(k-1); halves go up. */
export function coarsen(rows: number): number {
  if (rows < 4) return rows;
  const unit = 2 ** (Math.floor(Math.log2(rows)) - 1);
  return Math.round(rows / unit) * unit;
}

export function siteWeight(trainingRows: number, cap: number): number {
  return Math.min(coarsen(Math.min(trainingRows, cap)), weightScale(cap));
}

/** The scale W of a run: the smallest coarse number that no site's weight can pass. */
export function weightScale(cap: number): number {
  const nearest = coarsen(cap);
  if (nearest >= cap) return nearest;
  const unit = 2 ** (Math.floor(Math.log2(cap)) - 1);
  return nearest + unit;
}

/**
 * Bits of a lane that are left for the smallest site's values after they are multiplied by its share of the scale:
 * a site of 30 rows under a cap of 200 keeps 16 - log2(256 / 32) = 13 of 16 bits.
 */
export function effectiveBits(valueBits: number, smallestRows: number, cap: number): number {
  return valueBits + Math.log2(siteWeight(smallestRows, cap) / weightScale(cap));
}
