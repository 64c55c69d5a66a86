import { ciphertextRecords } from '../../shared/ciphertexts/ciphertext-records.ts';
import { CiphertextSum } from '../../shared/ciphertexts/ciphertext-sum.ts';
import { expandedCiphertextBytes, parameterSet, seededCiphertextBytes } from '../../shared/ciphertexts/parameter-set.ts';
import { sealContext } from '../../shared/ciphertexts/seal-context.ts';

/** What a coordinator could serve as a sum: these contributions' ciphertexts added, of which each may come more than once. No key is needed. */
export async function chosenSum(contributions: readonly Uint8Array[]): Promise<Buffer> {
  using sum = new CiphertextSum(await sealContext());
  for (const contribution of contributions) {
    let index = 0;
    for await (const ciphertext of ciphertextRecords(whole(contribution), seededCiphertextBytes)) sum.add(index++, ciphertext);
  }
  return Buffer.concat([...sum.serialise()]);
}

/** Where the words of the first polynomial begin in a serialised ciphertext, seeded or expanded (SEAL 4.1, not compressed). */
const wordsAt = 113;

/** What one step of a plaintext coefficient is in a ciphertext: q / t, rounded. */
const step = parameterSet.coefficientModulus / parameterSet.plainModulus;

/** The ciphertext of something else: `steps` more in a lane. It decrypts as well as the original. */
export function shifted(ciphertext: Uint8Array, lane: number, steps: bigint): Buffer {
  const bytes = Buffer.from(ciphertext);
  const at = wordsAt + 8 * lane;
  bytes.writeBigUInt64LE(bytes.readBigUInt64LE(at) + steps * step, at);
  return bytes;
}

/** The same ciphertexts, the first two in each other's place. */
export function exchanged(ciphertexts: Uint8Array, ciphertextBytes = expandedCiphertextBytes): Buffer {
  const [first, second, rest] = [[0, 1], [1, 2], [2]].map(([from, to]) => ciphertexts.subarray(from! * ciphertextBytes, to === undefined ? undefined : to * ciphertextBytes));
  return Buffer.concat([second!, first!, rest!]);
}

async function* whole(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
