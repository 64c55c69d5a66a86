import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import type { DecisionRecord } from '../../shared/evidence/decision-record.ts';
import type { EpochRecord } from '../../shared/evidence/epoch-record.ts';
import { manifestRecordOf } from '../../shared/evidence/manifest-record.ts';
import type { ModelVersionRecord } from '../../shared/evidence/model-version-record.ts';
import { receiptRecordOf } from '../../shared/evidence/receipt-record.ts';
import type { RoundRecord } from '../../shared/evidence/round-record.ts';
import type { RunRecord } from '../../shared/evidence/run-record.ts';
import { auditHeadToResource } from '../../shared/http-api/audit-resource.ts';
import type { EvidenceResource } from '../../shared/http-api/evidence-resource.ts';
import { signAuditHead } from '../../shared/statements/audit-head.ts';
import { signedRosterToJson, type SignedRosterJson } from '../../shared/statements/roster-json.ts';
import { rawPublicKey } from '../../shared/statements/signature.ts';
import type { CoordinatorFolder } from '../federation/coordinator-folder.ts';
import type { Epoch } from '../group-keys/epoch.ts';
import type { ModelVersion } from '../model-versions/model-version.ts';
import type { Round } from '../rounds/round.ts';
import type { RunTables } from '../runs/run-tables.ts';
import { hasRunEnded, type Run } from '../runs/run.ts';
import type { RunSources } from './run-sources.ts';

/** Who vouches for the evidence: the federation's coordinator. */
type Coordinator = Pick<CoordinatorFolder, 'federation' | 'signingKey'>;

/** Everything that a run left, for whoever wants to check it without the coordinator. @throws run-not-ended */
export async function evidenceView({ read, contexts }: RunSources, coordinator: Coordinator, run: Run, nowMs: number): Promise<EvidenceResource> {
  const epochs = await epochsOf(read, run.id);
  const rounds = await read.rounds.list(run.id);
  if (!hasRunEnded(run) || rounds.some(({ endedAtMs }) => endedAtMs === null)) throw new ConsiliumError('run-not-ended', `${run.id} is ${run.state.toLowerCase()}.`);
  const { planHash } = (await contexts.of(run.study)).study;
  const manifests = await Promise.all(rounds.map(({ id }) => read.manifests.list(id)));
  return {
    documents: {
      'run.json': runRecordOf(run, coordinator, planHash),
      'rosters.json': await rostersUpTo(read, run.study, epochs.at(-1)?.rosterHash),
      'decisions.json': await decisionRecordsOf(read, run.study, epochs),
      'epochs.json': await Promise.all(epochs.map((epoch) => epochRecordOf(read, epoch))),
      'rounds.json': await Promise.all(rounds.map((round) => roundRecordOf(read, round, epochs))),
      'manifests.json': manifests.flat().map(({ manifest, digest, signatures }) => manifestRecordOf(manifest, digest, signatures.map(({ site, signature }) => ({ site, signature: base64(signature) })))),
      'receipts.json': (await Promise.all(rounds.map(({ id }) => read.departureReceipts.list(id)))).flat().map(receiptRecordOf),
      'model-versions.json': await Promise.all((await read.modelVersions.list(run.id)).map((version) => modelVersionRecordOf(read, version))),
    },
    audit: await auditOf(read, coordinator, run, nowMs),
  };
}

function runRecordOf({ id, study, state, reason, startedAtMs, endedAtMs, parameters }: Run, { federation, signingKey }: Coordinator, planHash: string): RunRecord {
  return {
    federation: { id: federation.id, name: federation.name, signingKey: rawPublicKey(signingKey).toString('hex') },
    run: id,
    study,
    planHash,
    state: state as RunRecord['state'],
    reason,
    startedAtMs,
    endedAtMs: endedAtMs as number,
    parameters,
  };
}

/** The versions of the study's roster, from the first to the one of the run. */
async function rostersUpTo({ rosters }: RunTables, study: string, hash: string | undefined): Promise<SignedRosterJson[]> {
  const versions = await rosters.list(study);
  return versions.slice(0, versions.findIndex((version) => version.hash === hash) + 1).map(({ roster }) => signedRosterToJson(roster));
}

/** What members said about the rosters of these epochs. */
async function decisionRecordsOf({ studyDecisions }: RunTables, study: string, epochs: readonly Epoch[]): Promise<DecisionRecord[]> {
  const hashes = [...new Set(epochs.map(({ rosterHash }) => rosterHash))];
  const decisions = await Promise.all(hashes.map((hash) => studyDecisions.history(study, hash)));
  return decisions.flat().map(({ federation: _federation, study: _study, signature, ...decision }) => ({ ...decision, signature: base64(signature) }));
}

/** Oldest first. */
async function epochsOf({ epochs }: RunTables, run: string): Promise<Epoch[]> {
  const found: Epoch[] = [];
  for (let epoch = await epochs.findByRun(run); epoch; epoch = await epochs.before(epoch)) found.unshift(epoch);
  return found;
}

async function epochRecordOf({ epochs }: RunTables, { number, rosterHash, start, custodian, groupKeyHash }: Epoch): Promise<EpochRecord> {
  const closing = await epochs.closing(number);
  const signed = closing && { next: closing.next, nextRosterHash: closing.nextRosterHash, signatures: closing.signatures.map(({ site, signature }) => ({ site, signature: base64(signature) })) };
  return { number, rosterHash, start, custodian, groupKeyHash, closing: signed ?? null };
}

async function roundRecordOf(read: RunTables, round: Round, epochs: readonly Epoch[]): Promise<RoundRecord> {
  const epoch = epochs.findLast(({ start }) => start.round <= round.number)?.number ?? 0;
  const { id, number, purpose, state, reason, attempt, baseVersion, openedAtMs, endedAtMs } = round;
  const contributions = await read.contributions.list(id);
  const decryptions = await read.decryptions.list(id);
  return {
    id,
    number,
    purpose,
    state: state as RoundRecord['state'],
    reason,
    attempt,
    epoch,
    baseVersion,
    openedAtMs,
    endedAtMs: endedAtMs as number,
    contributions: contributions.map(({ site, part, digest, bytes, acceptedAtMs }) => ({ site, part, digest, bytes, acceptedAtMs })),
    decryptions: decryptions.map(({ site, askedAtMs, returnSums, answer }) => ({ site, askedAtMs, returnSums, answer: answer && { ...answer, signature: base64(answer.signature) } })),
  };
}

async function modelVersionRecordOf(read: RunTables, { signatures: _inRounds, ...version }: ModelVersion): Promise<ModelVersionRecord> {
  return {
    ...version,
    contributions: version.contributions.map(({ site, digest }) => ({ site, digest })),
    evaluation: (await read.modelVersions.evaluation(version.digest)) ?? null,
  };
}

/** From the run's start to the last event that tells of it. */
async function auditOf({ audit }: RunTables, { federation, signingKey }: Coordinator, { id }: Run, nowMs: number): Promise<EvidenceResource['audit']> {
  const [first] = await audit.find({ subject: id, action: 'run started', after: 0, limit: 1 });
  const [last] = await audit.find({ subject: id, limit: 1 });
  if (!first || !last) throw new ConsiliumError('audit-log-damaged', `It does not tell of the start of ${id}.`);
  return { first: first.sequence, head: auditHeadToResource(signAuditHead(last, federation.id, nowMs, signingKey)) };
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
