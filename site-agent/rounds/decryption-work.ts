import type { KeyObject } from 'node:crypto';
import { releasedSums } from '../../shared/aggregation/released-sums.ts';
import { roundResult, type OpenedSum, type RoundResult } from '../../shared/aggregation/round-result.ts';
import { expandedCiphertextBytes } from '../../shared/ciphertexts/parameter-set.ts';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import { ciphertextCount } from '../../shared/layouts/lane-packing.ts';
import { laneShape, type Part, type VectorLayout } from '../../shared/layouts/vector-layout.ts';
import { float32FromBytes, littleEndianBytes } from '../../shared/payloads/little-endian.ts';
import { sha256Hex } from '../../shared/statements/digest.ts';
import { manifestDigest, type Manifest } from '../../shared/statements/manifest.ts';
import { versionDigest } from '../../shared/statements/model-lineage.ts';
import { roundOutcomeDomain, roundOutcomeFields, type RoundOutcome } from '../../shared/statements/round-outcome.ts';
import { signStatement } from '../../shared/statements/signature.ts';
import { tagContext } from '../../shared/statements/tag-context.ts';
import { roundLayouts } from '../../shared/studies/round-layouts.ts';
import { runParametersHash } from '../../shared/studies/run-parameters.ts';
import { agreeTo, type AgreementTools } from '../agreement/agreement.ts';
import { assertCoSigned } from '../agreement/co-signatures.ts';
import type { DecryptionRequest } from '../assignments/assignment.ts';
import type { SumFile } from '../encryption/cipher-job.ts';
import type { KeyRing } from '../encryption/key-ring.ts';
import type { RunSession } from '../runs/run-session.ts';
import type { DecryptionStop } from './decryption-stop.ts';
import type { OpenedSums } from './opened-sums.ts';

/** What a decryption needs of the rest of the agent. */
export interface DecryptionTools extends AgreementTools {
  readonly session: RunSession;
  readonly keys: Pick<KeyRing, 'verifySum' | 'decrypt'>;
  readonly stop: DecryptionStop;
  readonly signingKey: KeyObject;
  readonly modelPayload: (digest: string) => Promise<Buffer>;
  /** The file with the summed ciphertexts of a part, whole, of at most this size and with the digest that the manifest names. */
  readonly sum: (manifest: Manifest, maxBytes: number) => Promise<string>;
}

/**
 * Checks everything about the sums of a round, and only then decrypts them, takes small cells out, computes what follows, and
 * signs the outcome: what is signed and returned holds no small cell of a score histogram.
 * A check that fails ends all decryption of the epoch.
 *
 * @throws epoch-mismatch, decryption-stopped, all errors of agreeTo, co-signatures-missing, tag-mismatch, digest-mismatch, and all errors of
 *   loadCiphertext, decryptLanes, releasedSums and roundResult
 */
export async function openSums(request: DecryptionRequest, tools: DecryptionTools): Promise<OpenedSums> {
  const { epoch } = tools.pinned;
  if (request.epoch !== epoch) throw new ConsiliumError('epoch-mismatch', `The site holds the key of epoch ${epoch}.`);
  return tools.stop.guard(async () => {
    const { plan, tensors } = tools.session;
    const { purpose } = request;
    const layouts = roundLayouts(plan, tensors, purpose, request.parameters);
    const opened = await decryptSums(request, await verifiedSums(request, layouts, tools), tools);
    const sums = releasedSums({ plan, purpose, layouts, sums: opened });
    const result = await roundResult({
      plan,
      purpose,
      parameters: request.parameters,
      layouts,
      sums,
      base: () => baseModel(request, tools),
    });
    return signed(request, sums, result, tools);
  });
}

/** The sums, after everything that can be checked without the secret key, their tags last. */
async function verifiedSums(request: DecryptionRequest, layouts: ReadonlyMap<Part, VectorLayout>, tools: DecryptionTools): Promise<ReadonlyMap<Manifest, SumFile>> {
  const { pinned, session, keys } = tools;
  await agreeTo(request, request.manifests.map(({ manifest }) => manifest), tools);
  const minimumContributors = Math.max(tools.minimumContributors, session.plan.privacy.minimumContributors);
  for (const { manifest, signatures } of request.manifests) assertCoSigned(manifest, signatures, pinned, minimumContributors);
  const sums = new Map<Manifest, SumFile>();
  for (const { manifest } of request.manifests) {
    const sum = await summed(manifest, layouts, tools);
    const contributions = manifest.contributions.map((contribution) => ({ ...contribution, signingKey: memberKey(tools, contribution.site) }));
    const exact = await keys.verifySum(request.run, sum, tagContext(pinned, manifest), contributions);
    if (!exact) throw new ConsiliumError('tag-mismatch', `It is the ${manifest.part} part.`);
    sums.set(manifest, sum);
  }
  return sums;
}

async function decryptSums({ run }: DecryptionRequest, verified: ReadonlyMap<Manifest, SumFile>, { keys }: DecryptionTools): Promise<ReadonlyMap<Part, OpenedSum>> {
  const sums = new Map<Part, OpenedSum>();
  for (const [{ part, contributions }, sum] of verified) sums.set(part, { lanes: await keys.decrypt(run, sum), contributors: contributions.length });
  return sums;
}

async function summed(manifest: Manifest, layouts: ReadonlyMap<Part, VectorLayout>, { sum }: DecryptionTools): Promise<SumFile> {
  const shape = laneShape(layouts.get(manifest.part) as VectorLayout);
  return { ...shape, path: await sum(manifest, ciphertextCount(shape) * expandedCiphertextBytes) };
}

async function baseModel({ base }: DecryptionRequest, { modelPayload }: DecryptionTools): Promise<{ weights: Float32Array; state: Float32Array }> {
  const payload = async (digest: string) => (digest === '' ? new Float32Array(0) : float32FromBytes(await modelPayload(digest)));
  return { weights: await payload(base.weightsDigest), state: await payload(base.optimiserStateDigest) };
}

function signed(request: DecryptionRequest, sums: ReadonlyMap<Part, OpenedSum>, result: RoundResult, { pinned, signingKey }: DecryptionTools): OpenedSums {
  const { round, attempt } = request;
  const parts = request.manifests.map(({ manifest }) => ({
    part: manifest.part,
    manifest: manifestDigest(pinned, manifest),
    sumDigest: sha256Hex(littleEndianBytes((sums.get(manifest.part) as OpenedSum).lanes)),
  }));
  const outcome: RoundOutcome = { round, attempt, parts, version: nextVersion(request, parts, result, pinned.planHash), parametersHash: runParametersHash(result.parameters) };
  const signature = signStatement(signingKey, roundOutcomeDomain, roundOutcomeFields(pinned, outcome));
  const laneSums = new Map(request.returnSums ? [...sums].map(([part, { lanes }]) => [part, lanes] as const) : []);
  return { answer: { ...outcome, signature }, laneSums };
}

function nextVersion({ run, round, base, manifests }: DecryptionRequest, parts: RoundOutcome['parts'], { model }: RoundResult, planHash: string): string {
  const update = manifests.find(({ manifest }) => manifest.part === 'update')?.manifest;
  const sumDigest = parts.find(({ part }) => part === 'update')?.sumDigest;
  if (!model || !update || sumDigest === undefined) return base.digest;
  const digestOf = (values: Float32Array) => sha256Hex(littleEndianBytes(values));
  return versionDigest({
    run,
    planHash,
    number: base.number + 1,
    parent: base.digest,
    round,
    contributions: update.contributions,
    sumDigest,
    weightsDigest: digestOf(model.weights),
    optimiserStateDigest: model.state.length === 0 ? '' : digestOf(model.state),
  });
}

function memberKey({ pinned }: DecryptionTools, site: string): Uint8Array {
  const member = pinned.roster.members.find((candidate) => candidate.site === site);
  if (!member) throw new ConsiliumError('not-a-member', `${site} is not on the roster.`);
  return member.signingKey;
}
