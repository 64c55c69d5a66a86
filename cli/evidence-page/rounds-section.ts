import { moment } from '../../shared/command-line/quantities.ts';
import type { EvidenceDocuments } from '../../shared/evidence/evidence-documents.ts';
import type { ManifestRecord } from '../../shared/evidence/manifest-record.ts';
import { agreedOutcome, membersOf } from '../../shared/evidence/round-evidence.ts';
import type { RoundRecord } from '../../shared/evidence/round-record.ts';
import { html, type Html } from './html.ts';

/** One row for each part that was summed; those of one round stay on one page. */
export function roundsSection(documents: EvidenceDocuments): Html {
  return html`<section>
<h2>Rounds</h2>
<p>One secure sum each: sites sent encrypted values, which the coordinator added; members signed what the sum is made of, and then two of them opened it and signed what it is. Where most members took part, those that did not are named. Digests are cut to 16 digits here and whole in the files.</p>
<table>
<thead><tr><th class="number">Round</th><th>Purpose, and when it ended</th><th>Part</th><th>SHA-256 of the sum</th><th>Contributors</th><th>Co-signed by</th><th>Opened by</th></tr></thead>
${documents['rounds.json'].map((record) => roundRows(documents, record))}
</table>
</section>`;
}

function roundRows(documents: EvidenceDocuments, record: RoundRecord): Html {
  const manifests = documents['manifests.json'].filter(({ round }) => round === record.id);
  const outcome = record.state === 'PUBLISHED' ? agreedOutcome({ record, manifests }) : undefined;
  const rows = Math.max(1, manifests.length);
  const [first, ...others] = manifests.map((manifest) => partCells(documents, record, manifest, outcome?.parts.find(({ part }) => part === manifest.part)?.sumDigest));
  return html`<tbody class="round">
<tr><td class="number" rowspan="${rows}">${record.number + 1}</td><td class="nowrap" rowspan="${rows}">${record.purpose}<br>${moment(record.endedAtMs)}</td>${first ?? html`<td colspan="4">nothing was summed</td>`}<td class="words" rowspan="${rows}">${outcome ? namesOf(outcome.signatures).join(', ') : `abandoned: ${record.reason}`}</td></tr>
${others.map((cells) => html`<tr>${cells}</tr>`)}</tbody>`;
}

function partCells(documents: EvidenceDocuments, record: RoundRecord, { part, contributions, signatures }: ManifestRecord, sumDigest: string | undefined): Html {
  const epoch = documents['epochs.json'].find(({ number }) => number === record.epoch);
  const members = namesOf((epoch && membersOf(documents, epoch)) ?? []);
  return html`<td class="nowrap">${part}</td><td class="nowrap">${sumDigest ? html`<span class="hash">${sumDigest.slice(0, 16)}</span>` : 'not opened'}</td><td class="words">${sitesText(namesOf(contributions), members)}</td><td class="words">${sitesText(namesOf(signatures), members)}</td>`;
}

/**
 * Names the smaller part: of many members a few that were missing, or a few that were there.
 *
 * @param members none where the roster is not there
 */
function sitesText(sites: readonly string[], members: readonly string[]): string {
  if (sites.length === 0) return 'none';
  if (!sites.every((site) => members.includes(site))) return sites.join(', ');
  const missing = members.filter((member) => !sites.includes(member));
  if (missing.length === 0) return `all ${members.length}`;
  return missing.length < sites.length ? `all ${members.length} but ${missing.join(', ')}` : `${sites.length} of ${members.length}: ${sites.join(', ')}`;
}

function namesOf(named: readonly { readonly site: string }[]): string[] {
  return named.map(({ site }) => site).sort();
}
