/**
 * Small cells of a score histogram go before anybody but the sites that opened it sees them: neighbouring bins are merged,
 * in the same way for all labels of an output, until no label has fewer rows in a bin than a smallest cell.
 */

/** Neighbouring bins, from the first to the last, and how many rows each label has in them. */
interface BinGroup {
  readonly first: number;
  readonly last: number;
  readonly counts: readonly bigint[];
}

/**
 * The same histograms, of the same lengths, without a count c of 0 < c < `smallestCell`. Every label keeps its total, unless
 * this is such a count itself: then all bins are 0, for all labels. Histograms without a small cell stay as they are.
 *
 * The counts of merged bins stand in the bin nearest to their mean. In whichever they stand, AUC counts the pairs among
 * them half; their mean score, which calibration shows, changes by no more than half a bin this way, and it is a mean over
 * at least `smallestCell` rows.
 *
 * @param histograms counts by bin, for each label of one output
 */
export function withoutSmallCells(histograms: readonly (readonly bigint[])[], smallestCell: number): bigint[][] {
  const released = histograms.map(({ length }) => new Array<bigint>(length).fill(0n));
  for (const group of binGroups(histograms, BigInt(smallestCell))) {
    const bin = meanBin(histograms, group);
    group.counts.forEach((count, label) => ((released[label] as bigint[])[bin] = count));
  }
  return released;
}

/**
 * Bins are taken from the lowest score upwards, and a group ends where nothing in it is small. What is left at the top joins
 * the groups before it, as many as it takes; there is no group at all where the totals themselves are small.
 */
function binGroups(histograms: readonly (readonly bigint[])[], smallestCell: bigint): BinGroup[] {
  const isReleasable = ({ counts }: BinGroup) => counts.every((count) => count === 0n || count >= smallestCell);
  const groups: BinGroup[] = [];
  let open: BinGroup | undefined;
  for (let bin = 0; bin < (histograms[0]?.length ?? 0); bin++) {
    open = merged(open, { first: bin, last: bin, counts: histograms.map((counts) => counts[bin] as bigint) });
    if (!isReleasable(open)) continue;
    groups.push(open);
    open = undefined;
  }
  while (open) {
    const lower = groups.pop();
    if (!lower) return [];
    open = merged(lower, open);
    if (isReleasable(open)) return [...groups, open];
  }
  return groups;
}

function merged(lower: BinGroup | undefined, upper: BinGroup): BinGroup {
  if (!lower) return upper;
  return { first: lower.first, last: upper.last, counts: upper.counts.map((count, label) => count + (lower.counts[label] as bigint)) };
}

/** The bin nearest to the mean of a group's rows of all labels; halves go up. Any bin where there are none. */
function meanBin(histograms: readonly (readonly bigint[])[], { first, last }: BinGroup): number {
  let rows = 0n;
  let moment = 0n;
  for (let bin = first; bin <= last; bin++) {
    for (const counts of histograms) {
      rows += counts[bin] as bigint;
      moment += (counts[bin] as bigint) * BigInt(bin);
    }
  }
  return rows === 0n ? first : Number((2n * moment + rows) / (2n * rows));
}
