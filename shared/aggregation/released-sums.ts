import { targetFields } from '../evaluation/evaluation-layout.ts';
import { withoutSmallCells } from '../evaluation/smallest-cell.ts';
import { decodeSum, withCounts, type DecodedSum } from '../layouts/vector-encoding.ts';
import type { Part } from '../layouts/vector-layout.ts';
import type { StudyPlan } from '../studies/plan.ts';
import type { OpenedRound, OpenedSum } from './round-result.ts';

/**
 * The sums of a round as they leave the sites that opened them: score histograms without small cells, all else as it was
 * opened. These sums decryptors sign, and from these follows everything else. Sums that were released already stay as they are.
 *
 * @throws sum-out-of-range, layout-mismatch
 */
export function releasedSums({ plan, purpose, layouts, sums }: Pick<OpenedRound, 'plan' | 'purpose' | 'layouts' | 'sums'>): ReadonlyMap<Part, OpenedSum> {
  const layout = layouts.get('statistics');
  const opened = sums.get('statistics');
  if (!layout || !opened || !evaluates[purpose]) return sums;
  const { lanes, contributors } = opened;
  const scores = releasedScores(plan, decodeSum(layout, lanes, contributors));
  return new Map([...sums, ['statistics', { lanes: withCounts(layout, lanes, contributors, scores), contributors }]]);
}

/** Whether the statistics of such a round are an evaluation. */
const evaluates: Readonly<Record<OpenedRound['purpose'], boolean>> = { normalisation: false, calibration: false, training: true, evaluation: true };

function releasedScores({ data, privacy }: StudyPlan, { counts }: DecodedSum): DecodedSum['counts'] {
  const released: Record<string, bigint[]> = {};
  data.targets.forEach(({ type }, index) => {
    if (type !== 'binary') return;
    const { scores } = targetFields(index);
    const histograms = withoutSmallCells(scores.map((name) => counts[name] as bigint[]), privacy.smallestCell);
    scores.forEach((name, label) => (released[name] = histograms[label] as bigint[]));
  });
  return released;
}
