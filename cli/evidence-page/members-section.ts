import { moment } from '../../shared/command-line/quantities.ts';
import type { DecisionRecord } from '../../shared/evidence/decision-record.ts';
import type { EvidenceDocuments } from '../../shared/evidence/evidence-documents.ts';
import { keyFingerprint } from '../../shared/statements/key-fingerprint.ts';
import { rosterHash } from '../../shared/statements/roster.ts';
import { signedRosterFromJson } from '../../shared/statements/roster-json.ts';
import { digest } from './digests.ts';
import { html, type Html } from './html.ts';

/** What a hospital compares with what it has itself: its key, its decision, and the lines of its ledger. */
export function membersSection(documents: EvidenceDocuments): Html {
  const roster = documents['rosters.json'].at(-1);
  const hash = roster && rosterHash(signedRosterFromJson(roster));
  const decisionsOf = (site: string) => documents['decisions.json'].filter((decision) => decision.site === site && decision.rosterHash === hash);
  const linesOf = (site: string) => documents['receipts.json'].filter((receipt) => receipt.site === site).map(({ sequence }) => sequence);
  return html`<section class="together">
<h2>Member sites</h2>
<p>Version ${roster?.version ?? 0} of the roster, signed with the lead key of the study. People compare keys by the twelve words of a fingerprint. The lines are those of the site's egress ledger under which its contributions and what it reported of opened sums left; their hashes are in receipts.json.</p>
<table>
<thead><tr><th>Whose key</th><th>Fingerprint in words, and the Ed25519 key in hexadecimal</th><th>Decision about this roster</th><th>Lines of the ledger</th></tr></thead>
<tbody>${keyRow('lead key', roster?.leadKey ?? '')}${(roster?.members ?? []).map(({ site, signingKey }) => keyRow(site, signingKey, decisionsText(decisionsOf(site)), linesText(linesOf(site))))}</tbody>
</table>
</section>`;
}

/** @param key in base64 */
function keyRow(whose: string, key: string, decisions?: Html, lines = ''): Html {
  const bytes = Buffer.from(key, 'base64');
  return html`<tr><th>${whose}</th><td>${keyFingerprint(bytes).words}<br>${digest(bytes.toString('hex'))}</td><td>${decisions ?? ''}</td><td class="nowrap">${lines}</td></tr>`;
}

function decisionsText(made: readonly DecisionRecord[]): Html {
  if (made.length === 0) return html`none`;
  return html`${made.map(({ decision, decidedBy, decidedAtMs }) => html`<div>${decision} by ${decidedBy}, <span class="nowrap">${moment(decidedAtMs)}</span></div>`)}`;
}

function linesText(lines: readonly number[]): string {
  return lines.length === 0 ? 'none' : `${lines.length}, from ${Math.min(...lines)} to ${Math.max(...lines)}`;
}
