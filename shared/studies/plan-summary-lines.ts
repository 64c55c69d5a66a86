import { duration, size } from '../command-line/quantities.ts';
import type { PlanSummary } from './plan-summary.ts';

const mostInputsShown = 20;

type Entry = readonly [label: string, text: string];

/** A plan's summary as a person reads it on a terminal. */
export function planSummaryLines(summary: PlanSummary, planHash: string): string[] {
  return [`${summary.study}: ${summary.title}`, '', ...aligned(planSummaryEntries(summary, planHash))];
}

export function planSummaryEntries(summary: PlanSummary, planHash: string): Entry[] {
  const { inputs, targets, parameters, modelBytes, updateBytes, statisticsBytes, lanes } = summary;
  const shown = inputs.slice(0, mostInputsShown).map(({ name }) => name);
  const more = inputs.length - shown.length;
  return [
    ['Plan', planHash],
    ['Data set', summary.dataset],
    ['Inputs', `${inputs.length}, as [${summary.inputShape.join(', ')}]: ${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`],
    ['Normalisation', summary.normalisation],
    ...targets.map(({ type, columns, loss }): Entry => ['Target', `${columns.join(', ')} (${type}, ${loss})`]),
    ['Parameters', `${parameters} in ${summary.tensors.length} tensors, ${modelBytes} bytes in float32`],
    ['A site sends', `${updateBytes} bytes of update (${size(updateBytes)}) and ${statisticsBytes} of evaluation a training round, encrypted`],
    ['Precision', `${summary.effectiveBits.toFixed(1)} of ${summary.valueBits} bits are left for a site of ${summary.minimumSamples} rows`],
    ['Head-room', `${summary.headRoomBits} bits (lanes ${lanes}): at most ${summary.largestSiteCount} sites`],
    ['Rounds', roundsText(summary)],
    ['Privacy', `at least ${summary.minimumContributors} contributors to any sum, ${summary.minimumSamples} rows at a site`],
    ['Smallest cell', smallestCellText(summary)],
  ];
}

function smallestCellText({ smallestCell }: PlanSummary): string {
  return smallestCell > 1 ? `${smallestCell} rows of a label in a bin of the scores; smaller ones are merged` : '1 row: a bin of the scores may show a single patient';
}

function roundsText({ scheduledRounds, trainingRounds, quorum, deadlineSeconds }: PlanSummary): string {
  return `${scheduledRounds}, ${trainingRounds} of them for training; quorum ${quorum}, deadline ${duration(deadlineSeconds * 1000)}`;
}

function aligned(entries: readonly Entry[]): string[] {
  const width = Math.max(...entries.map(([label]) => label.length));
  return entries.map(([label, text]) => `${label.padEnd(width)}  ${text}`);
}
