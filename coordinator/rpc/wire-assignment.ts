import type { AssignmentInput } from '../../shared/wire/generated/consilium/v1/Assignment.ts';
import type { DecryptionRequestInput } from '../../shared/wire/generated/consilium/v1/DecryptionRequest.ts';
import type { EpochInput } from '../../shared/wire/generated/consilium/v1/Epoch.ts';
import type { ModelVersionInput } from '../../shared/wire/generated/consilium/v1/ModelVersion.ts';
import type { RosterInput } from '../../shared/wire/generated/consilium/v1/Roster.ts';
import type { RoundOfferInput } from '../../shared/wire/generated/consilium/v1/RoundOffer.ts';
import type { SignedRoster } from '../../shared/statements/roster.ts';
import { wirePart, wirePurpose } from '../../shared/wire/round-names.ts';
import type { Assignment, KeyingDescription, PartSum, RoundDescription } from '../assignments/assignment.ts';
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
      return { id, decryption: wireDecryption(assignment, assignment.sums, assignment.returnSums) };
    case 'run-end':
      return { id, runEnd: { run: assignment.run } };
    case 'study-proposal': {
      const { roster } = assignment;
      return { id, studyProposal: { study: roster.study, planHash: roster.planHash, roster: wireRoster(roster) } };
    }
  }
}

function wireEpoch({ study, run, epoch, roster }: KeyingDescription, federation: string): EpochInput {
  return {
    federation,
    study: study.name,
    planHash: study.planHash,
    run: run.id,
    number: epoch.number,
    roster: wireRoster(roster),
    custodian: epoch.custodian,
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

function wireOffer({ study, run, epoch, round, trainingRound, base, layouts }: RoundDescription): RoundOfferInput {
  return {
    study: study.name,
    planHash: study.planHash,
    run: run.id,
    round: round.id,
    number: round.number,
    trainingRound,
    attempt: round.attempt,
    purpose: wirePurpose(round.purpose),
    epoch: epoch.number,
    groupKeyHash: epoch.groupKeyHash,
    base: wireVersion(base),
    layouts: layouts.map(({ part, fingerprint }) => ({ part: wirePart(part), fingerprint })),
    deadlineMs: round.deadlineAtMs,
    parameters: Buffer.from(JSON.stringify(run.parameters)),
  };
}

function wireDecryption({ run, epoch, round, base }: RoundDescription, sums: readonly PartSum[], returnSums: boolean): DecryptionRequestInput {
  return {
    run: run.id,
    round: round.id,
    attempt: round.attempt,
    epoch: epoch.number,
    purpose: wirePurpose(round.purpose),
    base: wireVersion(base),
    sums: sums.map(({ part, layoutFingerprint, aggregateDigest, contributions }) => ({
      part: wirePart(part),
      layoutFingerprint,
      aggregateDigest,
      contributions: contributions.map(({ site, digest, nonce, tag }) => ({ site, digest, nonce: buffer(nonce), tag: buffer(tag) })),
    })),
    parameters: Buffer.from(JSON.stringify(run.parameters)),
    returnSums,
  };
}

function wireVersion({ digest, number, weightsDigest, optimiserStateDigest, parent, contributions }: ModelVersion): ModelVersionInput {
  return { digest, number, weightsDigest, optimiserStateDigest, parentDigest: parent, contributions: contributions.map((contribution) => contribution.digest) };
}

function buffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes);
}
