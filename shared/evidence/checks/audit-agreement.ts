import { ConsiliumError } from '../../errors/consilium-error.ts';
import type { EvidenceDocuments } from '../evidence-documents.ts';
import type { EvidenceCheck } from './evidence-check.ts';

export const auditAgreement: EvidenceCheck = {
  name: 'audit agreement',
  proves: 'What was written into the log as it happened (contributions, manifests, co-signatures, opened results, versions) is what the evidence shows.',
  check({ documents }) {
    const told = toldByLog(documents);
    const shown = shownByRecords(documents);
    for (const fact of shown) if (!told.has(fact)) throw new ConsiliumError('evidence-refuted', `The log does not tell of this: ${fact}.`);
    for (const fact of told) if (!shown.has(fact)) throw new ConsiliumError('evidence-refuted', `Only the log tells of this: ${fact}.`);
    return `${shown.size} facts`;
  },
};

/** Facts as lines, so that two accounts of a run can be compared as sets. */
function toldByLog(documents: EvidenceDocuments): Set<string> {
  const facts = new Set<string>();
  for (const { action, actor, subject, detail } of documents['audit.json'].events) {
    if (!subject.startsWith(`${documents['run.json'].run}.`)) continue;
    const telling = tellings[action];
    for (const fact of telling?.(JSON.parse(detail) as never) ?? []) facts.add(`${subject}: ${actor} ${fact}`);
    if (action === 'contribution dropped') for (const fact of takenBack(JSON.parse(detail) as Dropped)) facts.delete(`${subject}: ${fact}`);
  }
  return facts;
}

/** What the details of an event tell, by its action. */
const tellings: Readonly<Record<string, (detail: never) => readonly string[]>> = {
  'contribution accepted': ({ part, digest }: { part: string; digest: string }) => [contributed(part, digest)],
  'round aggregated': ({ manifests }: { manifests: { part: string; aggregateDigest: string; digest: string }[] }) => manifests.map(({ part, aggregateDigest, digest }) => summed(part, aggregateDigest, digest)),
  'manifest co-signed': ({ manifests }: { manifests: { part: string; digest: string }[] }) => manifests.map(({ part, digest }) => `signed ${part} ${digest}`),
  'sum decrypted': (result: OpenedResult) => [opened(result)],
  'round published': ({ version }: { version: string }) => [`published ${version}`],
};

interface OpenedResult {
  readonly sumDigests: { readonly update?: string; readonly statistics?: string };
  readonly version: string;
  readonly parametersHash: string;
}

interface Dropped {
  readonly site: string;
  readonly contributions: readonly { readonly part: string; readonly digest: string }[];
}

/** Of a site that lost its place while the round was still collecting. */
function takenBack({ site, contributions }: Dropped): string[] {
  return contributions.map(({ part, digest }) => `site ${site} ${contributed(part, digest)}`);
}

function contributed(part: string, digest: string): string {
  return `contributed ${part} ${digest}`;
}

function summed(part: string, aggregateDigest: string, manifest: string): string {
  return `summed ${part} to ${aggregateDigest} with the manifest ${manifest}`;
}

function opened({ sumDigests: { update = 'none', statistics = 'none' }, version, parametersHash }: OpenedResult): string {
  return `opened update ${update} and statistics ${statistics}, and goes on with ${version} and ${parametersHash}`;
}

function shownByRecords(documents: EvidenceDocuments): Set<string> {
  const facts = new Set<string>();
  for (const { id, state, baseVersion, contributions, decryptions } of documents['rounds.json']) {
    for (const { site, part, digest } of contributions) facts.add(`${id}: site ${site} ${contributed(part, digest)}`);
    for (const { site, answer } of decryptions) if (answer) facts.add(`${id}: site ${site} ${opened(answer)}`);
    const version = documents['model-versions.json'].find(({ round }) => round === id)?.digest ?? baseVersion;
    if (state === 'PUBLISHED') facts.add(`${id}: coordinator published ${version}`);
  }
  for (const { round, part, aggregateDigest, digest, signatures } of documents['manifests.json']) {
    facts.add(`${round}: coordinator ${summed(part, aggregateDigest, digest)}`);
    for (const { site } of signatures) facts.add(`${round}: site ${site} signed ${part} ${digest}`);
  }
  return facts;
}
