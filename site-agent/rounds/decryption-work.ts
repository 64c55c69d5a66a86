import type { KeyObject } from 'node:crypto';
import { nextModel } from '../../shared/aggregation/model-step.ts';
import { expandedCiphertextBytes } from '../../shared/ciphertexts/parameter-set.ts';
import { ciphertextRecords } from '../../shared/ciphertexts/ciphertext-records.ts';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import { ciphertextCount } from '../../shared/layouts/lane-packing.ts';
import { decodeSum } from '../../shared/layouts/vector-encoding.ts';
import { laneCount, layoutFingerprint, type Part, type VectorLayout } from '../../shared/layouts/vector-layout.ts';
import { float32FromBytes, littleEndianBytes } from '../../shared/payloads/little-endian.ts';
import { sha256Hex } from '../../shared/statements/digest.ts';
import { decryptionDomain, decryptionFields, type EpochIdentity } from '../../shared/statements/run-statements.ts';
import { signStatement } from '../../shared/statements/signature.ts';
import { roundLayouts } from '../../shared/studies/round-layouts.ts';
import type { DecryptionRequest } from '../assignments/assignment.ts';
import type { Egress } from '../egress/egress.ts';
import type { KeyRing } from '../encryption/key-ring.ts';
import type { DecryptionAnswer } from '../link/coordinator-link.ts';
import type { RunSession } from '../runs/run-session.ts';

/** What a decryption needs of the rest of the agent. */
export interface DecryptionTools {
  readonly session: RunSession;
  readonly keys: KeyRing;
  readonly egress: Pick<Egress, 'sealedFor'>;
  readonly identity: EpochIdentity;
  readonly signingKey: KeyObject;
  readonly modelPayload: (digest: string) => Promise<Buffer>;
  /** The summed ciphertexts of a part, on disk, whole, of this size and with the digest that was announced. */
  readonly sum: (sum: DecryptionRequest['sums'][number], bytes: number) => Promise<AsyncIterable<Uint8Array>>;
}

/** A decryptor's answer, and the lane sums for the one that was asked for them. */
export interface OpenedSums {
  readonly answer: DecryptionAnswer;
  readonly laneSums: ReadonlyMap<Part, Uint32Array>;
}

/**
 * Checks what is to be opened, decrypts it, computes the next model, and signs the result.
 *
 * @throws epoch-mismatch, layout-mismatch, sum-refused when the site's own contribution is missing or too few are in the
 *   sum, and all errors of decryptLanes and decodeSum
 */
export async function openSums(request: DecryptionRequest, tools: DecryptionTools): Promise<OpenedSums> {
  const { session, keys, identity } = tools;
  if (request.epoch !== identity.epoch) throw new ConsiliumError('epoch-mismatch', `The site holds the key of epoch ${identity.epoch}.`);
  const layouts = roundLayouts(session.plan, session.tensors, request.purpose, request.parameters);
  for (const sum of request.sums) await assertMayOpen(request, sum, layouts.get(sum.part), tools);

  const laneSums = new Map<Part, Uint32Array>();
  for (const sum of request.sums) {
    const lanes = laneCount(layouts.get(sum.part) as VectorLayout);
    const ciphertexts = ciphertextRecords(await tools.sum(sum, ciphertextCount(lanes) * expandedCiphertextBytes), expandedCiphertextBytes);
    laneSums.set(sum.part, await keys.decrypt(request.run, ciphertexts, lanes));
  }
  const model = await modelDigests(request, layouts, laneSums, tools);
  const parts = request.sums.map(({ part, aggregateDigest }) => ({
    part,
    aggregateDigest,
    sumDigest: sha256Hex(littleEndianBytes(laneSums.get(part) as Uint32Array)),
  }));
  const { round, attempt } = request;
  const signature = signStatement(tools.signingKey, decryptionDomain, decryptionFields(identity, { round, attempt, baseVersion: request.base.digest, parts, ...model }));
  return { answer: { round, attempt, parts, ...model, signature }, laneSums: request.returnSums ? laneSums : new Map<Part, Uint32Array>() };
}

/** Everything that can be checked without a key. */
async function assertMayOpen(request: DecryptionRequest, sum: DecryptionRequest['sums'][number], layout: VectorLayout | undefined, { session, egress }: DecryptionTools): Promise<void> {
  if (!layout || layoutFingerprint(layout) !== sum.layoutFingerprint) throw new ConsiliumError('layout-mismatch', `It is the ${sum.part} part.`);
  const own = await egress.sealedFor({ ...request, part: sum.part });
  if (!own || !sum.contributions.some(({ digest }) => digest === own.digest)) {
    throw new ConsiliumError('sum-refused', 'It does not hold the site\'s own contribution.');
  }
  const sites = new Set(sum.contributions.map(({ site }) => site));
  if (sites.size !== sum.contributions.length || sites.size < session.plan.privacy.minimumContributors) {
    throw new ConsiliumError('sum-refused', `It is over ${sites.size} sites; the plan asks for at least ${session.plan.privacy.minimumContributors}.`);
  }
}

async function modelDigests(
  request: DecryptionRequest,
  layouts: ReadonlyMap<Part, VectorLayout>,
  laneSums: ReadonlyMap<Part, Uint32Array>,
  { session, modelPayload }: DecryptionTools,
): Promise<{ weightsDigest: string; optimiserStateDigest: string }> {
  const layout = layouts.get('update');
  const update = request.sums.find(({ part }) => part === 'update');
  if (!layout || !update) return { weightsDigest: '', optimiserStateDigest: '' };
  const sum = decodeSum(layout, laneSums.get('update') as Uint32Array, update.contributions.length);
  const payload = async (digest: string) => (digest === '' ? new Float32Array(0) : float32FromBytes(await modelPayload(digest)));
  const { weights, state } = nextModel(session.plan, layout, sum, {
    weights: await payload(request.base.weightsDigest),
    state: await payload(request.base.optimiserStateDigest),
  });
  return {
    weightsDigest: sha256Hex(littleEndianBytes(weights)),
    optimiserStateDigest: state.length === 0 ? '' : sha256Hex(littleEndianBytes(state)),
  };
}
