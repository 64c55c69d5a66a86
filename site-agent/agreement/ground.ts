import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import { signersOf } from '../../shared/statements/member-signature.ts';
import { versionDigest } from '../../shared/statements/model-lineage.ts';
import { roundOutcomeDomain, roundOutcomeFields } from '../../shared/statements/round-outcome.ts';
import type { StudyPlan } from '../../shared/studies/plan.ts';
import { roundSchedule } from '../../shared/studies/round-purpose.ts';
import { runParametersHash } from '../../shared/studies/run-parameters.ts';
import type { RoundGround, SignedOutcome } from '../assignments/assignment.ts';
import type { PinnedEpoch } from '../runs/site-runs.ts';
import { roundIdOf } from '../../shared/studies/round-number.ts';

/** Fewest decryptors that have to sign what a round stands on: one alone could be wrong. */
const fewestSigners = 2;

/**
 * Checks what a round stands on: the model version and the parameters are what the epoch starts with, or what two members
 * signed as the outcome of the round before. A doctored base could otherwise pull single records out of a sum.
 *
 * @throws epoch-mismatch, invalid-request for a round that the plan does not have, base-model-refused, epoch-closed, outcome-not-signed
 */
export function assertGround(ground: RoundGround, pinned: PinnedEpoch, plan: StudyPlan): void {
  const { run, number, base, outcome } = ground;
  if (ground.epoch !== pinned.epoch) throw new ConsiliumError('epoch-mismatch', `The site holds the key of epoch ${pinned.epoch}.`);
  if (ground.round !== roundIdOf(run, number) || roundSchedule(plan)[number] !== ground.purpose || number < pinned.start.round) {
    throw new ConsiliumError('invalid-request', `The plan has no such ${ground.purpose} round.`);
  }
  if (versionDigest({ ...base, run, planHash: pinned.planHash }) !== base.digest) throw new ConsiliumError('base-model-refused', 'Its lineage is another one.');
  if (pinned.ending && number >= pinned.ending.beforeRound) throw new ConsiliumError('epoch-closed', `It ends before round ${pinned.ending.beforeRound}.`);
  assertStated({ version: base.digest, parametersHash: runParametersHash(ground.parameters) }, number, outcome, pinned);
}

/**
 * Checks where round `number` begins: as the epoch does, or with what two members signed as the outcome of the round before.
 * @throws outcome-not-signed
 */
export function assertStated(stated: Stated, number: number, outcome: SignedOutcome | undefined, pinned: PinnedEpoch): void {
  if (number === pinned.start.round) {
    if (!isSame(stated, pinned.start)) throw new ConsiliumError('outcome-not-signed', 'It is the first round of the epoch, and not what the epoch starts with.');
    return;
  }
  if (outcome?.round !== roundIdOf(pinned.run, number - 1) || !isSame(stated, outcome)) throw new ConsiliumError('outcome-not-signed', 'The outcome that goes with it is another one.');
  const signers = signersOf(pinned.roster.members, roundOutcomeDomain, roundOutcomeFields(pinned, outcome), outcome.signatures);
  if (signers.size < fewestSigners) throw new ConsiliumError('outcome-not-signed', `${signers.size} of ${fewestSigners} signatures of members verify.`);
}

interface Stated {
  readonly version: string;
  readonly parametersHash: string;
}

function isSame(left: Stated, right: Stated): boolean {
  return left.version === right.version && left.parametersHash === right.parametersHash;
}
