import { z } from 'zod';
import { ConsiliumError } from '../errors/consilium-error.ts';
import type { LedgerHead } from '../statements/ledger-receipt.ts';
import type { EvidenceDocuments } from './evidence-documents.ts';
import type { ReceiptRecord } from './receipt-record.ts';
import { partName, sha256Digest } from './record-fields.ts';
import { membersOf } from './round-evidence.ts';

export type DepartureName = Pick<ReceiptRecord, 'round' | 'site' | 'what'>;

/** A contribution that was accepted, or a report of opened sums. */
export interface Departure extends DepartureName {
  /** Tells the ledgers of a site apart: one that was set up anew has another key, and another ledger. */
  readonly ledger: string;
  /** Of the event that tells of it. */
  readonly auditSequence: number;
  /** Under which line it left, as that event tells. */
  readonly head: LedgerHead;
}

const telling = z.object({ part: partName.optional(), ledger: z.object({ sequence: z.int().min(1), hash: sha256Digest }) });

/** Everything that left the sites for the run and counts, in the order in which the log tells of it. @throws evidence-refuted */
export function departuresOf(documents: EvidenceDocuments): Departure[] {
  const told = toldByLog(documents);
  const departures = documents['rounds.json'].flatMap(({ id: round, epoch, contributions, decryptions }) => {
    const contributed = contributions.map(({ site, part }) => ({ round, site, what: part }));
    const reported = decryptions.flatMap(({ site, answer }) => (answer ? [{ round, site, what: 'opened-sum' as const }] : []));
    return [...contributed, ...reported].map((name): Departure => {
      const event = told.get(keyOf(name));
      if (!event) throw new ConsiliumError('evidence-refuted', `The log does not tell under which line of a ledger ${departureText(name)} left.`);
      return { ...name, ...event, ledger: ledgerOf(documents, epoch, name.site) };
    });
  });
  return departures.sort((a, b) => a.auditSequence - b.auditSequence);
}

/** The same for two names of the same thing, whatever stands in them. */
export function keyOf({ round, site, what }: DepartureName): string {
  return JSON.stringify([round, site, what]);
}

export function departureText({ round, site, what }: DepartureName): string {
  return what === 'opened-sum' ? `what ${site} reported of the sums of round ${round}` : `the ${what} part of ${site} for round ${round}`;
}

/** By what left; of a contribution that was dropped and made again, the last time. */
function toldByLog({ 'audit.json': { events } }: EvidenceDocuments): Map<string, Pick<Departure, 'auditSequence' | 'head'>> {
  const told = new Map<string, Pick<Departure, 'auditSequence' | 'head'>>();
  for (const { action, actor, subject, detail, sequence } of events) {
    if (action !== 'contribution accepted' && action !== 'sum decrypted') continue;
    const { data } = telling.safeParse(JSON.parse(detail));
    const what = action === 'sum decrypted' ? 'opened-sum' : data?.part;
    if (data && what) told.set(keyOf({ round: subject, site: actor.slice('site '.length), what }), { auditSequence: sequence, head: data.ledger });
  }
  return told;
}

function ledgerOf(documents: EvidenceDocuments, epoch: number, site: string): string {
  const record = documents['epochs.json'].find(({ number }) => number === epoch);
  const member = (record && membersOf(documents, record))?.find((candidate) => candidate.site === site);
  return JSON.stringify([site, Buffer.from(member?.signingKey ?? []).toString('hex')]);
}
