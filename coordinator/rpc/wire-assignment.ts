import type { Manifest } from '../../shared/statements/manifest.ts';
import type { MemberSignature } from '../../shared/statements/member-signature.ts';
import type { EpochStart } from '../../shared/statements/run-statements.ts';
import type { AssignmentInput } from '../../shared/wire/generated/consilium/v1/Assignment.ts';
import type { EpochInput } from '../../shared/wire/generated/consilium/v1/Epoch.ts';
import type { EpochStartInput } from '../../shared/wire/generated/consilium/v1/EpochStart.ts';
import type { ManifestInput } from '../../shared/wire/generated/consilium/v1/Manifest.ts';
import type { MemberSignatureInput } from '../../shared/wire/generated/consilium/v1/MemberSignature.ts';
import type { ModelVersionInput } from '../../shared/wire/generated/consilium/v1/ModelVersion.ts';
import type { RosterInput } from '../../shared/wire/generated/consilium/v1/Roster.ts';
import type { RoundGroundInput } from '../../shared/wire/generated/consilium/v1/RoundGround.ts';
import type { RoundOfferInput } from '../../shared/wire/generated/consilium/v1/RoundOffer.ts';
import type { SignedOutcomeInput } from '../../shared/wire/generated/consilium/v1/SignedOutcome.ts';
import type { SignedRoster } from '../../shared/statements/roster.ts';
import { wirePart, wirePurpose } from '../../shared/wire/round-names.ts';
import type { Assignment, KeyingDescription, RoundDescription } from '../assignments/assignment.ts';
import type { SignedOutcome } from '../decryptions/agreed-outcome.ts';
import type { ModelVersion } from '../model-versions/model-version.ts';

/** An assignment as protobuf has it. */
export function wireAssignment(assignment: Assignment, federation: string): AssignmentInput {
  const { id } = assignment;
  switch (assignment.kind) {
    case 'epoch-key':
      return { id, epochKey: { epoch: wireEpoch(assignment, federation) } };
    case 'group-key':
      return {
        id,
        groupKey: {
          epoch: wireEpoch(assignment, federation),
          keys: assignment.members.flatMap(({ site, offer }) =>
            offer ? [{ site, publicKey: buffer(offer.publicKey), signature: buffer(offer.signature) }] : [],
          ),
        },
      };
    case 'sealed-group-key': {
      const { recipient, encapsulation, ciphertext, signature } = assignment.box;
      const box = { recipient, encapsulation: buffer(encapsulation), ciphertext: buffer(ciphertext), signature: buffer(signature) };
      return { id, sealedGroupKey: { epoch: wireEpoch(assignment, federation), groupKeyHash: assignment.epoch.groupKeyHash, box } };
    }
    case 'round':
      return { id, round: wireOffer(assignment) };
    case 'decryption':
      return {
        id,
        decryption: {
          ground: wireGround(assignment),
          manifests: assignment.manifests.map(({ manifest, signatures }) => ({ manifest: wireManifest(manifest), signatures: signatures.map(wireSignature) })),
          returnSums: assignment.returnSums,
        },
      };
    case 'epoch-closing': {
      const { run, epoch, next, nextRoster, outcome } = assignment;
      return { id, epochClosing: { run: run.id, epoch: epoch.number, next: wireStart(next), nextRoster: wireRoster(nextRoster), outcome: outcome && wireOutcome(outcome) } };
    }
    case 'co-signature':
      return { id, coSignature: { ground: wireGround(assignment), manifests: assignment.manifests.map(({ manifest }) => wireManifest(manifest)) } };
    case 'run-end':
      return { id, runEnd: { run: assignment.run } };
    case 'study-proposal': {
      const { roster } = assignment;
      return { id, studyProposal: { study: roster.study, planHash: roster.planHash, roster: wireRoster(roster) } };
    }
  }
}

function wireEpoch({ study, run, epoch, roster, closed }: KeyingDescription, federation: string): EpochInput {
  return {
    federation,
    study: study.name,
    planHash: study.planHash,
    run: run.id,
    number: epoch.number,
    roster: wireRoster(roster),
    custodian: epoch.custodian,
    start: wireStart(epoch.start),
    closed: closed && { number: closed.number, roster: wireRoster(closed.roster), start: wireStart(closed.start), signatures: closed.signatures.map(wireSignature) },
  };
}

function wireRoster({ members, leadKey, signature, ...rest }: SignedRoster): RosterInput {
  return {
    ...rest,
    members: members.map(({ site, signingKey }) => ({ site, signingKey: buffer(signingKey) })),
    leadKey: buffer(leadKey),
    signature: buffer(signature),
  };
}

function wireStart({ round, version, parametersHash, manifests }: EpochStart): EpochStartInput {
  return { round, version, parametersHash, updateManifest: manifests.update, statisticsManifest: manifests.statistics };
}

function wireGround({ run, epoch, round, base, outcome }: RoundDescription): RoundGroundInput {
  return {
    run: run.id,
    round: round.id,
    number: round.number,
    attempt: round.attempt,
    purpose: wirePurpose(round.purpose),
    epoch: epoch.number,
    base: wireVersion(base),
    parameters: Buffer.from(JSON.stringify(run.parameters)),
    outcome: outcome && wireOutcome(outcome),
  };
}

function wireOutcome({ parts, signatures, ...outcome }: SignedOutcome): SignedOutcomeInput {
  return { ...outcome, parts: parts.map(({ part, ...opened }) => ({ part: wirePart(part), ...opened })), signatures: signatures.map(wireSignature) };
}

function wireOffer(described: RoundDescription): RoundOfferInput {
  const { study, epoch, round, trainingRound, layouts } = described;
  return {
    study: study.name,
    planHash: study.planHash,
    ground: wireGround(described),
    trainingRound,
    groupKeyHash: epoch.groupKeyHash,
    layouts: layouts.map(({ part, fingerprint }) => ({ part: wirePart(part), fingerprint })),
    deadlineMs: round.deadlineAtMs,
  };
}

function wireManifest({ purpose, part, contributions, ...manifest }: Manifest): ManifestInput {
  return {
    ...manifest,
    purpose: wirePurpose(purpose),
    part: wirePart(part),
    contributions: contributions.map(({ nonce, tag, ...contribution }) => ({ ...contribution, nonce: buffer(nonce), tag: buffer(tag) })),
  };
}

function wireSignature({ site, signature }: MemberSignature): MemberSignatureInput {
  return { site, signature: buffer(signature) };
}

export function wireVersion({ digest, number, parent, round, contributions, sumDigest, weightsDigest, optimiserStateDigest }: ModelVersion): ModelVersionInput {
  return { digest, number, parent, round, contributions: [...contributions], sumDigest, weightsDigest, optimiserStateDigest };
}

function buffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes);
}
