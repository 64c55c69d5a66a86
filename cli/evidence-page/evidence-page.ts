import { moment } from '../../shared/command-line/quantities.ts';
import type { CheckResult } from '../../shared/evidence/checks/checks.ts';
import type { Evidence } from '../../shared/evidence/evidence.ts';
import type { ModelVersionRecord } from '../../shared/evidence/model-version-record.ts';
import { planSummary } from '../../shared/studies/plan-summary.ts';
import { planSummaryEntries } from '../../shared/studies/plan-summary-lines.ts';
import { digest, withDigests } from './digests.ts';
import { Html, html } from './html.ts';
import { linePlot } from './line-plot.ts';
import { membersSection } from './members-section.ts';
import { pageStyle } from './page-style.ts';
import { roundsSection } from './rounds-section.ts';

/** What of the evidence the page tells. */
export type PageEvidence = Pick<Evidence, 'documents' | 'plan' | 'tensors'>;

/**
 * The evidence of a run as one page that needs nothing but itself: no script, no font, no picture from elsewhere.
 *
 * @param results what the checks found when the page was written
 * @param writtenAt ISO 8601
 */
export function evidencePage(evidence: PageEvidence, results: readonly CheckResult[], writtenAt: string): string {
  const { run } = evidence.documents['run.json'];
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Evidence of ${run}</title>
<style>${new Html(pageStyle(`Evidence of ${run}`))}</style>
</head>
<body>
<h1>Evidence of ${run}</h1>
<p class="subtitle">${evidence.plan.title}</p>
${verdict(results)}
${overview(evidence, writtenAt)}
${checksSection(results)}
${figuresSection(evidence)}
${versionsSection(evidence)}
${roundsSection(evidence.documents)}
${membersSection(evidence.documents)}
${planSection(evidence)}
</body>
</html>
`;
  return page.text;
}

function verdict(results: readonly CheckResult[]): Html {
  const failed = results.filter(({ passed }) => !passed).map(({ name }) => name);
  return failed.length === 0
    ? html`<p class="verdict passed">All ${results.length} checks passed when this page was written.</p>`
    : html`<p class="verdict failed">${failed.length} of ${results.length} checks FAILED when this page was written: ${failed.join(', ')}.</p>`;
}

function overview({ plan, documents }: PageEvidence, writtenAt: string): Html {
  const { federation, run, study, planHash, state, reason, startedAtMs, endedAtMs } = documents['run.json'];
  const last = documents['model-versions.json'].at(-1);
  const { events, head } = documents['audit.json'];
  return html`<section>
<p>${plan.purpose}</p>
<table class="facts"><tbody>
<tr><th>Run</th><td>${run} of the study ${study}, ${state.toLowerCase()}${reason === '' ? '' : `: ${reason}`}</td></tr>
<tr><th>Time</th><td>${moment(startedAtMs)} to ${moment(endedAtMs)}</td></tr>
<tr><th>Federation</th><td>${federation.name} <span class="hash">${federation.id}</span></td></tr>
<tr><th>SHA-256 of the plan</th><td>${digest(planHash)}</td></tr>
<tr><th>Last model version</th><td>${last ? html`version ${last.number}, ${digest(last.digest)}` : 'none'}</td></tr>
<tr><th>Audit log</th><td>events ${events[0]?.sequence ?? 0} to ${head.sequence}, signed <span class="nowrap">${moment(head.signedAtMs)}</span>; the last one is ${digest(head.hash)}</td></tr>
<tr><th>Coordinator's key</th><td>${digest(federation.signingKey)}</td></tr>
<tr><th>Written</th><td>${moment(Date.parse(writtenAt))}</td></tr>
</tbody></table>
</section>`;
}

function checksSection(results: readonly CheckResult[]): Html {
  return html`<section>
<h2>What was checked</h2>
<p>These checks were made when the page was written. A page can say anything: make them yourself, on another machine, without a network and without a key. Compare the keys of the coordinator and of the sites with those that you have from another source: who made up all keys could make up all of this.</p>
<pre>consilium evidence verify FOLDER</pre>
<table class="checks">
<thead><tr><th>Check</th><th>What it proves</th><th>Result, and what was looked at</th></tr></thead>
<tbody>${results.map(({ name, proves, passed, finding }) => html`<tr><th>${name}</th><td>${proves}</td><td><span class="${passed ? 'passed' : 'failed'}">${passed ? 'passed' : 'FAILED'}</span><br>${withDigests(finding)}</td></tr>`)}</tbody>
</table>
</section>`;
}

function figuresSection({ plan, documents }: PageEvidence): Html {
  const evaluated = documents['model-versions.json'].flatMap(({ number, evaluation }) => (evaluation ? [{ number, ...evaluation }] : []));
  const rows = evaluated.at(-1)?.rows;
  if (rows === undefined) return html`<section><h2>How well the model does</h2><p>No version was evaluated.</p></section>`;
  const seriesOf = (name: string, figure: 'loss' | 'accuracy' | 'auc') => ({
    name,
    points: evaluated.flatMap((evaluation) => (evaluation[figure] === undefined ? [] : [{ x: evaluation.number, y: evaluation[figure] }])),
  });
  const xLabel = 'model version (number of training rounds)';
  const shares = [seriesOf('AUC', 'auc'), seriesOf('accuracy', 'accuracy')].filter(({ points }) => points.length > 0);
  return html`<section class="together">
<h2>How well the model does</h2>
<p>Every version on the test rows of all sites together; no site's own figures were opened.</p>
<figure>${linePlot({ title: 'Loss', xLabel, yLabel: 'loss, mean of a row', series: [seriesOf('loss', 'loss')] })}<figcaption>Lower is better. The loss is ${plan.training.losses.join(' + ')}, over ${rows} test rows.</figcaption></figure>
${shares.length === 0 ? '' : html`<figure>${linePlot({ title: 'Discrimination', xLabel, yLabel: 'share, from 0 to 1', series: shares })}<figcaption>Higher is better. AUC is the area under the ROC curve, accuracy the share of rows in the right class.</figcaption></figure>`}
</section>`;
}

function versionsSection({ plan, documents }: PageEvidence): Html {
  return html`<section>
<h2>Model versions</h2>
<p>The digest of a version covers its weights, the sum they come from, who contributed, and the version before. Loss is ${plan.training.losses.join(' + ')}, mean of a row; accuracy and AUC are shares from 0 to 1.</p>
<table>
<thead><tr><th class="number">Version</th><th>SHA-256</th><th class="number">Contributors</th><th class="number">Test rows</th><th class="number">Loss</th><th class="number">Accuracy</th><th class="number">AUC</th></tr></thead>
<tbody>${documents['model-versions.json'].map(versionRow)}</tbody>
</table>
</section>`;
}

function versionRow({ number, digest: name, contributions, evaluation }: ModelVersionRecord): Html {
  const figure = (value: number | undefined, missing = '–') => (value === undefined ? html`<td class="words">${missing}</td>` : html`<td class="number">${value.toFixed(4)}</td>`);
  const [aucMissing] = evaluation?.targets.flatMap((target) => target.aucMissing ?? []) ?? [];
  return html`<tr><td class="number">${number}</td><td>${digest(name)}</td><td class="number">${contributions.length}</td><td class="number">${evaluation?.rows ?? '–'}</td>${figure(evaluation?.loss)}${figure(evaluation?.accuracy)}${figure(evaluation?.auc, aucMissing)}</tr>`;
}

function planSection({ plan, tensors, documents }: PageEvidence): Html {
  const entries = planSummaryEntries(planSummary(plan, tensors), documents['run.json'].planHash);
  return html`<section class="together">
<h2>The plan in numbers</h2>
<table class="facts"><tbody>${entries.map(([label, text]) => html`<tr><th>${label}</th><td>${withDigests(text)}</td></tr>`)}</tbody></table>
</section>`;
}
