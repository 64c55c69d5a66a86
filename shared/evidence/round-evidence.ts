import { isDeepStrictEqual } from 'node:util';
import { ConsiliumError } from '../errors/consilium-error.ts';
import { rosterHash, type RosterMember } from '../statements/roster.ts';
import { signedRosterFromJson } from '../statements/roster-json.ts';
import type { RoundOutcome } from '../statements/round-outcome.ts';
import type { EpochIdentity } from '../statements/run-statements.ts';
import type { EpochRecord } from './epoch-record.ts';
import type { EvidenceDocuments } from './evidence-documents.ts';
import type { ManifestRecord } from './manifest-record.ts';
import type { RoundRecord } from './round-record.ts';

/** A round with the epoch in which it was held and what was signed about it. */
export interface RoundEvidence {
  readonly record: RoundRecord;
  readonly members: readonly RosterMember[];
  /** What every statement about the round is bound to. */
  readonly identity: EpochIdentity;
  /** One for each part that was summed. */
  readonly manifests: readonly ManifestRecord[];
}

/** The rounds that have a result. @throws evidence-refuted when one is of an epoch or a roster that is not there */
export function publishedRounds(documents: EvidenceDocuments): RoundEvidence[] {
  return documents['rounds.json'].filter(({ state }) => state === 'PUBLISHED').map((record) => roundEvidence(documents, record));
}

function roundEvidence(documents: EvidenceDocuments, record: RoundRecord): RoundEvidence {
  const epoch = documents['epochs.json'].find(({ number }) => number === record.epoch);
  const members = epoch && membersOf(documents, epoch);
  if (!epoch || !members) throw new ConsiliumError('evidence-refuted', `The epoch of round ${record.id}, or its roster, is not there.`);
  return { record, members, identity: identityOf(documents, epoch), manifests: documents['manifests.json'].filter(({ round }) => round === record.id) };
}

/** What every statement of an epoch is bound to. */
export function identityOf(documents: EvidenceDocuments, { number, rosterHash: hash, start }: EpochRecord): EpochIdentity {
  const { federation, study, planHash, run } = documents['run.json'];
  return { federation: federation.id, study, planHash, run, epoch: number, rosterHash: hash, start };
}

/** Of the roster that an epoch names; nothing when there is no such roster. */
export function membersOf(documents: EvidenceDocuments, epoch: EpochRecord): readonly RosterMember[] | undefined {
  return documents['rosters.json'].map(signedRosterFromJson).find((roster) => rosterHash(roster) === epoch.rosterHash)?.members;
}

type DecryptionAnswer = NonNullable<RoundRecord['decryptions'][number]['answer']>;

/**
 * What at least two sites reported to follow from a round, as the statement that each of them signs; whether it did,
 * `decryptors` checks.
 * @throws evidence-refuted when no two agree
 */
export function agreedOutcome({ record, manifests }: Pick<RoundEvidence, 'record' | 'manifests'>): RoundOutcome & { readonly signatures: readonly { readonly site: string; readonly signature: Uint8Array }[] } {
  const { id, attempt, decryptions } = record;
  const answered = decryptions.flatMap(({ site, answer }) => (answer ? [{ site, answer }] : []));
  for (const { answer } of answered) {
    const agreeing = answered.filter((other) => isSameResult(other.answer, answer));
    if (agreeing.length < 2) continue;
    const parts = manifests.map(({ part, digest }) => ({ part, manifest: digest, sumDigest: answer.sumDigests[part] ?? '' }));
    const signatures = agreeing.map(({ site, answer: { signature } }) => ({ site, signature: Buffer.from(signature, 'base64') }));
    return { round: id, attempt, parts, version: answer.version, parametersHash: answer.parametersHash, signatures };
  }
  throw new ConsiliumError('evidence-refuted', `No two sites report the same result of round ${id}.`);
}

function isSameResult({ signature: _left, ...left }: DecryptionAnswer, { signature: _right, ...right }: DecryptionAnswer): boolean {
  return isDeepStrictEqual(left, right);
}
