import { lanesPerCiphertext, packLanes } from '../../shared/layouts/lane-packing.ts';
import type { GroupKey } from './group-key.ts';
import { PlaintextBuffer } from './plaintext-buffer.ts';

/**
 * Encrypts lanes under the group key, one seeded ciphertext (32,962 bytes) for each 8,192 lanes.
 * Symmetric encryption: the second polynomial is a seed, so a contribution is as large as plain float32.
 */
export async function* encryptLanes(key: GroupKey, lanes: Uint32Array): AsyncGenerator<Uint8Array> {
  const { seal } = key.sealing;
  using plaintext = new PlaintextBuffer(key.sealing);
  for (let from = 0; from < lanes.length; from += lanesPerCiphertext) {
    packLanes(lanes, from, plaintext.words);
    using ciphertext = key.encryptor.encryptSymmetricSerializable(plaintext.load());
    yield ciphertext.saveToArray(seal.ComprModeType.none) as Uint8Array;
  }
  plaintext.wipe();
}
