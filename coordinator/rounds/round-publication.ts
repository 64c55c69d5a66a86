import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import type { Part } from '../../shared/layouts/vector-layout.ts';
import { float32FromBytes, littleEndianBytes, uint32FromBytes } from '../../shared/payloads/little-endian.ts';
import { partsOf } from '../../shared/studies/round-purpose.ts';
import type { Decryption } from '../decryptions/decryption.ts';
import { decryptionStep, resultKey } from '../decryptions/decryptor-choice.ts';
import { versionDigest, type Lineage, type ModelVersion } from '../model-versions/model-version.ts';
import type { Conducting, Step } from '../runs/conducting.ts';
import { contributorsOf } from './round-closing.ts';
import { roundResult, type RoundResult } from './round-result.ts';
import { moveRound } from './round-transition.ts';
import type { Round } from './round.ts';

/**
 * Computes the round's result from the sums that two sites agree on, checks that the new model is the one that they
 * signed, and publishes it with its lineage.
 *
 * @throws decryptors-differ when the coordinator's own computation gives another model
 */
export async function publishRound(conducting: Conducting, round: Round): Promise<Step> {
  const { store, run, context, clock, tell } = conducting;
  const contributions = await store.read.contributions.list(round.id);
  const contributors = contributorsOf(round, contributions);
  const decryptions = await store.read.decryptions.list(round.id);
  const step = decryptionStep(contributors, decryptions, new Set());
  if (step.kind !== 'agreed') throw new ConsiliumError('decryption-failed');
  const base = await baseVersion(conducting, round);
  const sums = new Map<Part, Uint32Array>();
  for (const part of partsOf(round.purpose)) sums.set(part, uint32FromBytes(await conducting.payloads.readAll(step.result.sumDigests[part] as string)));

  const result = await roundResult({
    plan: context.study.plan,
    purpose: round.purpose,
    parameters: run.parameters,
    layouts: context.layouts(run, round.purpose),
    sums,
    contributors: contributors.length,
    base: async () => ({ weights: await weightsOf(conducting, base.weightsDigest), state: await weightsOf(conducting, base.optimiserStateDigest) }),
  });
  const version = result.model && (await nextVersion(conducting, round, base, result.model, {
    contributions: contributions.filter(({ part, site }) => part === 'update' && contributors.includes(site)).map(({ site, digest }) => ({ site, digest })),
    sumDigest: step.result.sumDigests.update as string,
    signatures: signaturesOf(decryptions, resultKey(step.result)),
  }));
  if (version && (version.weightsDigest !== step.result.weightsDigest || version.optimiserStateDigest !== step.result.optimiserStateDigest)) {
    throw new ConsiliumError('decryptors-differ', 'The coordinator computes another model from the sum than the decryptors signed.');
  }
  const published = await store.transaction(async (tables) => {
    // A person may have stopped the run since it was read.
    if ((await tables.runs.find(run.id))?.state !== 'RUNNING') return false;
    if (version) await tables.modelVersions.insert(version);
    if (result.evaluation) await tables.modelVersions.setEvaluation(base.digest, round.id, result.evaluation);
    if (result.parameters) await tables.runs.update(run.id, { parameters: result.parameters });
    await moveRound(tables, round, 'PUBLISHED', { atMs: clock.nowMs(), detail: { version: version?.digest, contributors } });
    return true;
  });
  if (published) tell('round-published', { round: round.number, purpose: round.purpose, version: version?.digest, baseEvaluation: result.evaluation && figures(result.evaluation) });
  return 'moved';
}

async function nextVersion(
  { payloads, run, context, clock }: Conducting,
  round: Round,
  base: ModelVersion,
  { weights, state }: NonNullable<RoundResult['model']>,
  origin: Pick<ModelVersion, 'contributions' | 'sumDigest' | 'signatures'>,
): Promise<ModelVersion> {
  const lineage: Lineage = {
    run: run.id,
    planHash: context.study.planHash,
    number: base.number + 1,
    parent: base.digest,
    round: round.id,
    contributions: origin.contributions,
    sumDigest: origin.sumDigest,
    weightsDigest: (await payloads.save([littleEndianBytes(weights)])).digest,
    optimiserStateDigest: state.length === 0 ? '' : (await payloads.save([littleEndianBytes(state)])).digest,
  };
  return { ...lineage, digest: versionDigest(lineage), createdAtMs: clock.nowMs(), signatures: origin.signatures };
}

async function baseVersion({ store }: Conducting, round: Round): Promise<ModelVersion> {
  const version = await store.read.modelVersions.find(round.baseVersion);
  if (version === undefined) throw new ConsiliumError('model-not-found', `Round ${round.id} is based on it.`);
  return version;
}

async function weightsOf({ payloads }: Conducting, digest: string): Promise<Float32Array> {
  return digest === '' ? new Float32Array(0) : float32FromBytes(await payloads.readAll(digest));
}

function signaturesOf(decryptions: readonly Decryption[], key: string): ModelVersion['signatures'] {
  return decryptions.flatMap(({ site, answer }) =>
    answer && resultKey(answer) === key ? [{ site, signature: Buffer.from(answer.signature).toString('base64') }] : [],
  );
}

function figures({ rows, loss, accuracy, auc }: NonNullable<RoundResult['evaluation']>) {
  return { rows, loss, accuracy, auc };
}
