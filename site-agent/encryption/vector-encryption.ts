import { lanePacking, type LaneWidth } from '../../shared/layouts/lane-packing.ts';
import type { GroupKey } from './group-key.ts';
import { PlaintextBuffer } from './plaintext-buffer.ts';

/**
 * Encrypts lanes under the group key, one seeded ciphertext (32,962 bytes) for as many lanes as it holds of this width.
 * Symmetric encryption: the second polynomial is a seed, so a contribution is about as large as plain float32, or smaller.
 */
export async function* encryptLanes(key: GroupKey, lanes: Uint32Array, width: LaneWidth): AsyncGenerator<Uint8Array> {
  const { seal } = key.sealing;
  const packing = lanePacking(width);
  using plaintext = new PlaintextBuffer(key.sealing);
  for (let from = 0; from < lanes.length; from += packing.lanesPerCiphertext) {
    packing.pack(lanes, from, plaintext.words);
    using ciphertext = key.encryptor.encryptSymmetricSerializable(plaintext.load());
    yield ciphertext.saveToArray(seal.ComprModeType.none) as Uint8Array;
  }
  plaintext.wipe();
}
