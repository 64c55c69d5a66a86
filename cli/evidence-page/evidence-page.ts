import { moment } from '../../shared/command-line/quantities.ts';
import type { CheckResult } from '../../shared/evidence/checks/checks.ts';
import type { DecisionRecord } from '../../shared/evidence/decision-record.ts';
import type { Evidence } from '../../shared/evidence/evidence.ts';
import type { ManifestRecord } from '../../shared/evidence/manifest-record.ts';
import type { ModelVersionRecord } from '../../shared/evidence/model-version-record.ts';
import { agreedOutcome } from '../../shared/evidence/round-evidence.ts';
import type { RoundRecord } from '../../shared/evidence/round-record.ts';
import { keyFingerprint } from '../../shared/statements/key-fingerprint.ts';
import { planSummary } from '../../shared/studies/plan-summary.ts';
import { planSummaryLines } from '../../shared/studies/plan-summary-lines.ts';
import { Html, html } from './html.ts';
import { linePlot } from './line-plot.ts';
import { pageStyle } from './page-style.ts';

/**
 * The evidence of a run as one page that needs nothing but itself: no script, no font, no picture from elsewhere.
 *
 * @param results what the checks found when the page was written
 * @param writtenAt ISO 8601
 */
export function evidencePage(evidence: Evidence, results: readonly CheckResult[], writtenAt: string): string {
  const { run } = evidence.documents['run.json'];
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Evidence of ${run}</title>
<style>${new Html(pageStyle)}</style>
</head>
<body>
<h1>Evidence of ${run}</h1>
<p class="subtitle">${evidence.plan.title}</p>
${overview(evidence, writtenAt)}
${checksSection(results)}
${figuresSection(evidence)}
${versionsSection(evidence)}
${roundsSection(evidence)}
${membersSection(evidence)}
${planSection(evidence)}
</body>
</html>
`;
  return page.text;
}

function overview({ plan, documents }: Evidence, writtenAt: string): Html {
  const { federation, run, study, planHash, state, reason, startedAtMs, endedAtMs } = documents['run.json'];
  const last = documents['model-versions.json'].at(-1);
  const { events, head } = documents['audit.json'];
  return html`<section>
<p>${plan.purpose}</p>
<table><tbody>
<tr><th>Run</th><td>${run} of the study ${study}, ${state.toLowerCase()}${reason === '' ? '' : `: ${reason}`}</td></tr>
<tr><th>Time</th><td>${moment(startedAtMs)} to ${moment(endedAtMs)}</td></tr>
<tr><th>Federation</th><td>${federation.name} <span class="hash">${federation.id}</span></td></tr>
<tr><th>Plan</th><td class="hash">${planHash}</td></tr>
<tr><th>Last model version</th><td>${last ? html`version ${last.number} <span class="hash">${last.digest}</span>` : 'none'}</td></tr>
<tr><th>Audit log</th><td>events ${events[0]?.sequence ?? 0} to ${head.sequence}, the last one <span class="hash">${head.hash}</span>, signed ${moment(head.signedAtMs)}</td></tr>
<tr><th>Coordinator's key</th><td class="hash">${federation.signingKey}</td></tr>
<tr><th>Written</th><td>${moment(Date.parse(writtenAt))}</td></tr>
</tbody></table>
</section>`;
}

function checksSection(results: readonly CheckResult[]): Html {
  return html`<section>
<h2>What was checked</h2>
<p>These checks were made when the page was written. A page can say anything: make them yourself, on another machine, without a network and without a key.</p>
<pre>consilium evidence verify FOLDER</pre>
<table>
<thead><tr><th>Check</th><th>What it proves</th><th>Result</th></tr></thead>
<tbody>${results.map(({ name, proves, passed, finding }) => html`<tr><th>${name}</th><td>${proves}</td><td><span class="${passed ? 'passed' : 'failed'}">${passed ? 'passed' : 'FAILED'}</span><br><span class="hash">${finding}</span></td></tr>`)}</tbody>
</table>
<p>Compare the keys of the coordinator and of the sites with those that you have from another source: who made up all keys could make up all of this.</p>
</section>`;
}

function figuresSection({ plan, documents }: Evidence): Html {
  const evaluated = documents['model-versions.json'].flatMap(({ number, evaluation }) => (evaluation ? [{ number, ...evaluation }] : []));
  const rows = evaluated.at(-1)?.rows;
  if (rows === undefined) return html`<section class="sheet"><h2>How well the model does</h2><p>No version was evaluated.</p></section>`;
  const seriesOf = (name: string, figure: 'loss' | 'accuracy' | 'auc') => ({
    name,
    points: evaluated.flatMap((evaluation) => (evaluation[figure] === undefined ? [] : [{ x: evaluation.number, y: evaluation[figure] }])),
  });
  const xLabel = 'model version (number of training rounds)';
  const shares = [seriesOf('AUC', 'auc'), seriesOf('accuracy', 'accuracy')].filter(({ points }) => points.length > 0);
  return html`<section class="sheet">
<h2>How well the model does</h2>
<p>Every version on the test rows of all sites together; no site's own figures were opened.</p>
<figure>${linePlot({ title: 'Loss', xLabel, yLabel: `${plan.training.losses.join(' + ')}, mean of a row`, series: [seriesOf('loss', 'loss')] })}<figcaption>Lower is better. ${rows} test rows.</figcaption></figure>
${shares.length === 0 ? '' : html`<figure>${linePlot({ title: 'Discrimination', xLabel, yLabel: 'share, from 0 to 1', series: shares })}<figcaption>Higher is better. AUC is the area under the ROC curve, accuracy the share of rows in the right class.</figcaption></figure>`}
</section>`;
}

function versionsSection({ documents }: Evidence): Html {
  return html`<section class="sheet">
<h2>Model versions</h2>
<p>The digest of a version covers its weights, the sum they come from, who contributed, and the version before.</p>
<table>
<thead><tr><th class="number">Version</th><th>Digest</th><th class="number">Sites</th><th class="number">Test rows</th><th class="number">Loss</th><th class="number">Accuracy</th><th class="number">AUC</th></tr></thead>
<tbody>${documents['model-versions.json'].map(versionRow)}</tbody>
</table>
</section>`;
}

function versionRow({ number, digest, contributions, evaluation }: ModelVersionRecord): Html {
  const figure = (value: number | undefined, missing = '') => (value === undefined ? html`<td>${missing}</td>` : html`<td class="number">${value.toFixed(4)}</td>`);
  const [aucMissing] = evaluation?.targets.flatMap((target) => target.aucMissing ?? []) ?? [];
  return html`<tr><td class="number">${number}</td><td class="hash">${digest}</td><td class="number">${contributions.length || ''}</td><td class="number">${evaluation?.rows ?? ''}</td>${figure(evaluation?.loss)}${figure(evaluation?.accuracy)}${figure(evaluation?.auc, aucMissing)}</tr>`;
}

function roundsSection({ documents }: Evidence): Html {
  return html`<section class="sheet">
<h2>Rounds</h2>
<p>One secure sum each: sites sent encrypted values, which the coordinator added; members signed what the sum is made of, and then two of them opened it and signed what it is. Digests are cut to 16 digits here and whole in the files.</p>
<table>
<thead><tr><th class="number">Round</th><th>Purpose</th><th>Ended</th><th>Part and sum</th><th>Contributors</th><th>Co-signed by</th><th>Opened by</th></tr></thead>
<tbody>${documents['rounds.json'].map((record) => roundRow(record, documents['manifests.json'].filter(({ round }) => round === record.id)))}</tbody>
</table>
</section>`;
}

function roundRow(record: RoundRecord, manifests: readonly ManifestRecord[]): Html {
  const outcome = record.state === 'PUBLISHED' ? agreedOutcome({ record, manifests }) : undefined;
  const each = (text: (manifest: ManifestRecord) => string) => manifests.map((manifest) => html`<div>${text(manifest)}</div>`);
  const sumOf = ({ part }: ManifestRecord) => outcome?.parts.find((opened) => opened.part === part)?.sumDigest.slice(0, 16) ?? 'closed';
  return html`<tr><td class="number">${record.number + 1}</td><td>${record.purpose}</td><td class="nowrap">${moment(record.endedAtMs)}</td>
<td class="nowrap">${each((manifest) => `${manifest.part} ${sumOf(manifest)}`)}</td><td>${each(({ contributions }) => sitesText(contributions))}</td><td>${each(({ signatures }) => sitesText(signatures))}</td><td>${outcome ? sitesText(outcome.signatures) : `abandoned: ${record.reason}`}</td></tr>`;
}

function sitesText(named: readonly { readonly site: string }[]): string {
  return named.map(({ site }) => site).sort().join(', ');
}

function membersSection({ documents }: Evidence): Html {
  const roster = documents['rosters.json'].at(-1);
  const decisionOf = (site: string) => documents['decisions.json'].find((decision) => decision.site === site);
  return html`<section class="sheet">
<h2>Member sites</h2>
<p>Version ${roster?.version ?? 0} of the roster, signed with the lead key of the study. People compare keys by these words.</p>
<table>
<thead><tr><th>Whose key</th><th>Ed25519 key: twelve words of its fingerprint, and the key</th><th>Decision</th></tr></thead>
<tbody>${keyRow('lead key', Buffer.from(roster?.leadKey ?? '', 'base64'), '')}${(roster?.members ?? []).map(({ site, signingKey }) => keyRow(site, Buffer.from(signingKey, 'base64'), decisionText(decisionOf(site))))}</tbody>
</table>
</section>`;
}

function keyRow(whose: string, key: Uint8Array, decision: string): Html {
  return html`<tr><th>${whose}</th><td>${keyFingerprint(key).words}<br><span class="hash">${Buffer.from(key).toString('hex')}</span></td><td>${decision}</td></tr>`;
}

function decisionText(made: DecisionRecord | undefined): string {
  return made ? `${made.decision} by ${made.decidedBy}, ${moment(made.decidedAtMs)}` : 'none';
}

function planSection({ plan, tensors, documents }: Evidence): Html {
  return html`<section>
<h2>The plan in numbers</h2>
<pre>${planSummaryLines(planSummary(plan, tensors), documents['run.json'].planHash).join('\n')}</pre>
</section>`;
}
