import { tagFromBytes } from '../../shared/ciphertexts/tag-bytes.ts';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import type { ClosedEpoch } from '../../shared/statements/epoch-closing.ts';
import { signedRosterJsonSchema, signedRosterToJson } from '../../shared/statements/roster-json.ts';
import { isSignedRoster, rosterHash, type SignedRoster } from '../../shared/statements/roster.ts';
import type { EpochStart } from '../../shared/statements/run-statements.ts';
import type { Manifest } from '../../shared/statements/manifest.ts';
import { runParametersSchema, type RunParameters } from '../../shared/studies/run-parameters.ts';
import type { Assignment as WireAssignment } from '../../shared/wire/generated/consilium/v1/Assignment.ts';
import type { CoSignatureRequest as WireCoSignatureRequest } from '../../shared/wire/generated/consilium/v1/CoSignatureRequest.ts';
import type { ClosedEpoch as WireClosedEpoch } from '../../shared/wire/generated/consilium/v1/ClosedEpoch.ts';
import type { DecryptionRequest as WireDecryption } from '../../shared/wire/generated/consilium/v1/DecryptionRequest.ts';
import type { Epoch as WireEpoch } from '../../shared/wire/generated/consilium/v1/Epoch.ts';
import type { EpochClosingRequest as WireClosing } from '../../shared/wire/generated/consilium/v1/EpochClosingRequest.ts';
import type { EpochStart as WireStart } from '../../shared/wire/generated/consilium/v1/EpochStart.ts';
import type { Manifest as WireManifest } from '../../shared/wire/generated/consilium/v1/Manifest.ts';
import type { ModelVersion as WireVersion } from '../../shared/wire/generated/consilium/v1/ModelVersion.ts';
import type { Roster as WireRoster } from '../../shared/wire/generated/consilium/v1/Roster.ts';
import type { RoundGround as WireGround } from '../../shared/wire/generated/consilium/v1/RoundGround.ts';
import type { RoundOffer as WireOffer } from '../../shared/wire/generated/consilium/v1/RoundOffer.ts';
import type { SignedOutcome as WireOutcome } from '../../shared/wire/generated/consilium/v1/SignedOutcome.ts';
import type { StudyProposal as WireProposal } from '../../shared/wire/generated/consilium/v1/StudyProposal.ts';
import { partFromWire, purposeFromWire } from '../../shared/wire/round-names.ts';
import type { Assignment, BaseVersion, CoSignatureRequest, DecryptionRequest, EpochClosingRequest, EpochRoster, RefusedWork, RoundGround, RoundOffer, SignedOutcome, StudyProposal } from '../assignments/assignment.ts';

/**
 * A plain assignment from protobuf's. Names and digests become file names at the site, so that only what can be one
 * gets past here, and a roster only when its lead key signed it.
 * @throws invalid-request when something is missing or is not what it should be, signature-invalid, tag-malformed
 */
export function assignmentFromWire(wire: WireAssignment): Assignment {
  const { id } = wire;
  if (wire.epochKey) return { id, kind: 'epoch-key', epoch: epoch(wire.epochKey.epoch) };
  if (wire.groupKey) return { id, kind: 'group-key', epoch: epoch(wire.groupKey.epoch), keys: wire.groupKey.keys };
  if (wire.sealedGroupKey) {
    const { groupKeyHash, box } = wire.sealedGroupKey;
    return { id, kind: 'sealed-group-key', epoch: epoch(wire.sealedGroupKey.epoch), groupKeyHash, box: required(box) };
  }
  if (wire.round) return { id, kind: 'round', offer: roundOffer(wire.round) };
  if (wire.epochClosing) return { id, kind: 'epoch-closing', request: epochClosing(wire.epochClosing) };
  if (wire.coSignature) return { id, kind: 'co-signature', request: coSignatureRequest(wire.coSignature) };
  if (wire.decryption) return { id, kind: 'decryption', request: decryptionRequest(wire.decryption) };
  if (wire.runEnd) return { id, kind: 'run-end', run: runName(wire.runEnd.run) };
  if (wire.studyProposal) return { id, kind: 'study-proposal', proposal: studyProposal(wire.studyProposal) };
  throw new ConsiliumError('invalid-request', 'The coordinator has work that this version does not know.');
}

/** What work says that it is about, for the refusal of what cannot be read: only what has the form of a run's name counts as one. */
export function claimedWork(wire: WireAssignment): RefusedWork {
  const kind = wire.work?.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`) ?? 'unknown';
  const about =
    (wire.epochKey ?? wire.groupKey ?? wire.sealedGroupKey)?.epoch ?? (wire.round ?? wire.coSignature ?? wire.decryption)?.ground ?? wire.epochClosing ?? wire.runEnd;
  const run = runNameForm.test(about?.run ?? '') ? about?.run : undefined;
  return { id: wire.id, kind, subject: run ?? '', run };
}

function epoch(wire: WireEpoch | null): EpochRoster {
  const { number, roster: wireRoster, start, closed, ...rest } = required(wire);
  const roster = signedRoster(wireRoster, rest);
  return { ...rest, run: runName(rest.run), epoch: number, roster, rosterHash: rosterHash(roster), start: epochStart(required(start)), closed: closed ? closedEpoch(closed, rest) : undefined };
}

function closedEpoch({ number, start, roster, signatures }: WireClosedEpoch, owner: Partial<SignedRoster>): ClosedEpoch {
  return { number, start: epochStart(required(start)), roster: signedRoster(roster, owner), signatures };
}

function epochClosing({ run, epoch, next, nextRoster, outcome }: WireClosing): EpochClosingRequest {
  return { run: runName(run), epoch, next: epochStart(required(next)), nextRoster: signedRoster(nextRoster, {}), outcome: outcome ? signedOutcome(outcome) : undefined };
}

function studyProposal({ study, planHash, roster }: WireProposal): StudyProposal {
  return { study, planHash, roster: signedRoster(roster, { study, planHash }) };
}

/** @param owner what the roster has to be for, so that one of another study is no use here */
function signedRoster(wire: WireRoster | null, owner: Partial<SignedRoster>): SignedRoster {
  const roster = required(wire);
  if (!signedRosterJsonSchema.safeParse(signedRosterToJson(roster)).success) throw new ConsiliumError('invalid-request', 'The coordinator sent something that is no roster.');
  if (!isSignedRoster(roster)) throw new ConsiliumError('signature-invalid', 'It is the lead key\'s over the roster.');
  for (const name of ['federation', 'study', 'planHash'] as const) {
    if (name in owner && owner[name] !== roster[name]) throw new ConsiliumError('invalid-request', 'The coordinator sent the roster of something else.');
  }
  return roster;
}

function epochStart({ updateManifest, statisticsManifest, ...start }: WireStart): EpochStart {
  return { ...start, manifests: { update: updateManifest, statistics: statisticsManifest } };
}

function roundGround(wire: WireGround | null): RoundGround {
  const { purpose, base, parameters, outcome, ...ground } = required(wire);
  return {
    ...ground,
    run: runName(ground.run),
    round: roundName(ground.run, ground.round),
    purpose: purposeFromWire(purpose),
    base: baseVersion(base),
    parameters: runParameters(parameters),
    outcome: outcome ? signedOutcome(outcome) : undefined,
  };
}

function roundOffer({ ground, layouts, ...offer }: WireOffer): RoundOffer {
  return { ...offer, ...roundGround(ground), layouts: layouts.map(({ part, fingerprint }) => ({ part: partFromWire(part), fingerprint })) };
}

function coSignatureRequest({ ground, manifests }: WireCoSignatureRequest): CoSignatureRequest {
  return { ...roundGround(ground), manifests: manifests.map(manifestFromWire) };
}

function decryptionRequest({ ground, manifests, returnSums }: WireDecryption): DecryptionRequest {
  return { ...roundGround(ground), manifests: manifests.map(({ manifest, signatures }) => ({ manifest: manifestFromWire(manifest), signatures })), returnSums };
}

function manifestFromWire(wire: WireManifest | null): Manifest {
  const { purpose, part, ...manifest } = required(wire);
  for (const { nonce, tag } of manifest.contributions) {
    if (nonce.length !== 16) throw new ConsiliumError('invalid-request', 'The coordinator named a contribution without a nonce.');
    tagFromBytes(tag);
  }
  return { ...manifest, purpose: purposeFromWire(purpose), part: partFromWire(part), aggregateDigest: digest(manifest.aggregateDigest) };
}

function signedOutcome({ parts, ...outcome }: WireOutcome): SignedOutcome {
  return { ...outcome, parts: parts.map(({ part, ...opened }) => ({ part: partFromWire(part), ...opened })) };
}

export function baseVersion(wire: WireVersion | null): BaseVersion {
  const { optimiserStateDigest, ...version } = required(wire);
  return { ...version, weightsDigest: digest(version.weightsDigest), optimiserStateDigest: optimiserStateDigest && digest(optimiserStateDigest) };
}

function runParameters(json: Uint8Array): RunParameters {
  try {
    return runParametersSchema.parse(JSON.parse(Buffer.from(json).toString('utf8')));
  } catch (cause) {
    throw new ConsiliumError('invalid-request', 'The run\'s parameters cannot be read.', { cause });
  }
}

const runNameForm = /^[a-z0-9][a-z0-9-]{0,80}$/;

function runName(name: string): string {
  return matching(runNameForm, name, 'a run');
}

function roundName(run: string, name: string): string {
  const number = name.startsWith(`${run}.`) ? name.slice(run.length + 1) : '';
  matching(/^\d{1,9}$/, number, 'a round of its run');
  return name;
}

function digest(text: string): string {
  return matching(/^[0-9a-f]{64}$/, text, 'a digest');
}

function matching(pattern: RegExp, text: string, what: string): string {
  if (!pattern.test(text)) throw new ConsiliumError('invalid-request', `The coordinator sent something that does not name ${what}.`);
  return text;
}

function required<Value>(value: Value | null | undefined): Value {
  if (value === null || value === undefined) throw new ConsiliumError('invalid-request', 'The coordinator left out a part of the work.');
  return value;
}
