import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import type { Part } from '../../shared/layouts/vector-layout.ts';
import { float32FromBytes, littleEndianBytes, uint32FromBytes } from '../../shared/payloads/little-endian.ts';
import { roundResult, type OpenedSum, type RoundResult } from '../../shared/aggregation/round-result.ts';
import type { Manifest } from '../../shared/statements/manifest.ts';
import { versionDigest, type Lineage } from '../../shared/statements/model-lineage.ts';
import { runParametersHash } from '../../shared/studies/run-parameters.ts';
import { agreedOutcome } from '../decryptions/agreed-outcome.ts';
import type { CoSignedManifest } from '../manifests/manifest.ts';
import type { ModelVersion } from '../model-versions/model-version.ts';
import type { Conducting, Step } from '../runs/conducting.ts';
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
  const manifests = await store.read.manifests.list(round.id);
  const outcome = agreedOutcome(round, manifests, await store.read.decryptions.list(round.id));
  if (!outcome) throw new ConsiliumError('decryption-failed');
  const base = await baseVersion(conducting, round);
  const sums = new Map<Part, OpenedSum>();
  for (const { part, sumDigest } of outcome.parts) {
    const lanes = uint32FromBytes(await conducting.payloads.readAll(sumDigest));
    sums.set(part, { lanes, contributors: contributionsOf(manifests, part).length });
  }
  const result = await roundResult({
    plan: context.study.plan,
    purpose: round.purpose,
    parameters: run.parameters,
    layouts: context.layouts(run, round.purpose),
    sums,
    base: async () => ({ weights: await weightsOf(conducting, base.weightsDigest), state: await weightsOf(conducting, base.optimiserStateDigest) }),
  });
  const version = result.model && (await nextVersion(conducting, round, base, result.model, {
    contributions: contributionsOf(manifests, 'update').map(({ site, digest }) => ({ site, digest })),
    sumDigest: outcome.parts.find(({ part }) => part === 'update')?.sumDigest ?? '',
    signatures: outcome.signatures.map(({ site, signature }) => ({ site, signature: Buffer.from(signature).toString('base64') })),
  }));
  if ((version ?? base).digest !== outcome.version || runParametersHash(result.parameters) !== outcome.parametersHash) {
    throw new ConsiliumError('decryptors-differ', 'The coordinator computes another model from the sum than the decryptors signed.');
  }
  const published = await store.transaction(async (tables) => {
    // A person may have stopped the run since it was read.
    if ((await tables.runs.find(run.id))?.state !== 'RUNNING') return false;
    if (version) await tables.modelVersions.insert(version);
    if (result.evaluation) await tables.modelVersions.setEvaluation(base.digest, round.id, result.evaluation);
    await tables.runs.update(run.id, { parameters: result.parameters });
    await moveRound(tables, round, 'PUBLISHED', { atMs: clock.nowMs(), detail: { version: outcome.version, opened: outcome.parts.map(({ part }) => part) } });
    return true;
  });
  if (published) tell('round-published', { round: round.number, purpose: round.purpose, version: version?.digest, baseEvaluation: result.evaluation && figures(result.evaluation) });
  return 'moved';
}

function contributionsOf(manifests: readonly CoSignedManifest[], part: Part): Manifest['contributions'] {
  return manifests.find(({ manifest }) => manifest.part === part)?.manifest.contributions ?? [];
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

function figures({ rows, loss, accuracy, auc }: NonNullable<RoundResult['evaluation']>) {
  return { rows, loss, accuracy, auc };
}
