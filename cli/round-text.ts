import { duration, size } from '../shared/command-line/quantities.ts';
import type { TableColumn } from '../shared/command-line/table.ts';
import type { EvaluationResource } from '../shared/http-api/evaluation-resource.ts';
import type { RoundResource } from '../shared/http-api/run-resource.ts';

/** Figures of an evaluation on one line: `loss 0.4821, accuracy 0.7953, AUC 0.8712 on 254 rows`. */
export function evaluationText({ rows, loss, accuracy, auc, targets }: EvaluationResource): string {
  const [aucMissing] = auc === undefined ? targets.flatMap((target) => target.aucMissing ?? []) : [];
  const columns = targets.flatMap((target) => target.columns ?? []);
  const figures = [
    `loss ${loss.toFixed(4)}`,
    ...(accuracy === undefined ? [] : [`accuracy ${accuracy.toFixed(4)}`]),
    ...(auc === undefined ? [] : [`AUC ${auc.toFixed(4)}`]),
    ...(aucMissing === undefined ? [] : [`no AUC (${aucMissing})`]),
    ...columns.map(({ meanAbsoluteError, rootMeanSquaredError }) => `MAE ${meanAbsoluteError.toPrecision(4)} RMSE ${rootMeanSquaredError.toPrecision(4)}`),
  ];
  return `${figures.join(', ')} on ${rows} rows`;
}

function purposeText({ purpose, trainingRound }: RoundResource): string {
  return trainingRound === null ? purpose : `${purpose} ${trainingRound}`;
}

function sitesText({ contributors, missing, declined }: RoundResource): string {
  return `${contributors.length} of ${contributors.length + missing.length + declined.length}`;
}

function outcomeText({ state, reason, evaluation }: RoundResource): string {
  if (state === 'ABANDONED') return reason;
  return evaluation ? evaluationText(evaluation) : '';
}

/** A round that ended, as `run watch` tells of it. Figures are of the model that the round started from. */
export function roundLine(round: RoundResource, scheduledRounds: number): string {
  const place = `${round.number + 1}/${scheduledRounds}`.padStart(2 * String(scheduledRounds).length + 1);
  const parts = [place, purposeText(round).padEnd(14), round.state.toLowerCase().padEnd(9), `${sitesText(round)} sites`, size(round.bytesUp + round.bytesDown), duration(round.seconds * 1000)];
  return [...parts, outcomeText(round)].filter(Boolean).join('  ');
}

export const roundColumns: readonly TableColumn<RoundResource>[] = [
  { title: 'ROUND', text: ({ number }) => String(number + 1), align: 'right' },
  { title: 'PURPOSE', text: purposeText },
  { title: 'STATE', text: ({ state }) => state.toLowerCase() },
  { title: 'SITES', text: sitesText },
  { title: 'MISSING', text: ({ missing, late, declined }) => [...missing.map((site) => (late.includes(site) ? `${site} (late)` : site)), ...declined.map(({ site, code }) => `${site} (${code})`)].join(', ') },
  { title: 'UP', text: ({ bytesUp }) => size(bytesUp), align: 'right' },
  { title: 'DOWN', text: ({ bytesDown }) => size(bytesDown), align: 'right' },
  { title: 'TIME', text: ({ seconds }) => duration(seconds * 1000), align: 'right' },
  { title: 'MODEL BEFORE IT', text: outcomeText },
];
