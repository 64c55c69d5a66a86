import { setImmediate } from 'node:timers/promises';
import { lanesPerCiphertext, packLanes } from '../../shared/layouts/lane-packing.ts';
import type { GroupKey } from './group-key.ts';
import { PlaintextBuffer } from './plaintext-buffer.ts';

/**
 * Encrypts lanes under the group key, one seeded ciphertext (32,962 bytes) for each 8,192 lanes.
 * Symmetric encryption: the second polynomial is a seed, so a contribution is as large as plain float32.
 * Gives way to the event loop after each ciphertext (2 ms).
 */
export async function* encryptLanes(key: GroupKey, lanes: Uint32Array): AsyncGenerator<Uint8Array> {
  const { seal } = key.sealing;
  using plaintext = new PlaintextBuffer(key.sealing);
  for (let from = 0; from < lanes.length; from += lanesPerCiphertext) {
    packLanes(lanes, from, plaintext.words);
    using ciphertext = key.encryptor.encryptSymmetricSerializable(plaintext.load());
    yield ciphertext.saveToArray(seal.ComprModeType.none) as Uint8Array;
    await setImmediate();
  }
  plaintext.wipe();
}
