import { isSha256Hex } from '../shared/statements/digest.ts';
import { ConsiliumError } from '../shared/errors/consilium-error.ts';
import { modelVersionListResource, modelVersionResource, type ModelVersionResource } from '../shared/http-api/model-version-resource.ts';
import { runDetailResource, type RunDetailResource } from '../shared/http-api/run-resource.ts';
import { float32FromBytes } from '../shared/payloads/little-endian.ts';
import { sha256Hex } from '../shared/statements/digest.ts';
import { checkPlan, type CheckedPlan } from '../shared/studies/checked-plan.ts';
import type { CoordinatorClient } from './coordinator-client.ts';
import { runStateText } from './run-state-text.ts';

/** A model version with everything that is needed to use it. */
export interface PublishedModel extends CheckedPlan {
  readonly version: ModelVersionResource;
  readonly run: RunDetailResource;
}

/**
 * @param name digest of a version, or a run, which means its last version that is trained
 * @throws ConsiliumError `model-not-found`, `model-not-trained`, `run-not-found`
 */
export async function findVersion(client: CoordinatorClient, name: string): Promise<ModelVersionResource> {
  if (isSha256Hex(name)) return client.get(`/models/${name}`, modelVersionResource);
  const { models } = await client.get(`/models?run=${encodeURIComponent(name)}`, modelVersionListResource);
  const last = models.at(-1);
  if (!last || last.number === 0) throw new ConsiliumError('model-not-trained', runStateText(await client.get(`/runs/${encodeURIComponent(name)}`, runDetailResource)));
  return last;
}

/** The version's run and plan; the plan is the one whose hash is in the lineage. @throws ConsiliumError `digest-mismatch` */
export async function publishedModel(client: CoordinatorClient, version: ModelVersionResource): Promise<PublishedModel> {
  const run = await client.get(`/runs/${encodeURIComponent(version.run)}`, runDetailResource);
  const planJson = await client.bytes(`/studies/${encodeURIComponent(run.study)}/plan`);
  requireDigest(planJson, version.planHash, 'the plan');
  return { ...(await checkPlan(planJson)), version, run };
}

/** Flat weights, checked against the lineage. @throws ConsiliumError `digest-mismatch` */
export async function downloadWeights(client: CoordinatorClient, version: ModelVersionResource): Promise<Float32Array> {
  const bytes = await client.bytes(`/models/${version.digest}/weights`);
  requireDigest(bytes, version.weightsDigest, 'the weights');
  return float32FromBytes(bytes);
}

function requireDigest(bytes: Uint8Array, digest: string, what: string): void {
  if (sha256Hex(bytes) !== digest) throw new ConsiliumError('digest-mismatch', `They are ${what} of a model version.`);
}
