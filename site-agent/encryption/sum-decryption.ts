import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import { loadCiphertext } from '../../shared/ciphertexts/ciphertext-form.ts';
import { ciphertextCount, lanePacking, type LaneShape } from '../../shared/layouts/lane-packing.ts';
import type { GroupKey } from './group-key.ts';
import { PlaintextBuffer } from './plaintext-buffer.ts';

/**
 * Decrypts a sum's lanes from its expanded ciphertexts. What is summed, and whether it may be opened,
 * has been decided before: this is the last step, after every check that needs no key.
 *
 * @param beforeKeyUse called for each ciphertext, before the secret key is put to it
 * @throws ciphertext-count, noise-budget-exceeded, padding-not-zero, and all errors of loadCiphertext
 */
export async function decryptLanes(key: GroupKey, ciphertexts: AsyncIterable<Uint8Array>, shape: LaneShape, beforeKeyUse: () => void = () => undefined): Promise<Uint32Array> {
  const { seal } = key.sealing;
  const packing = lanePacking(shape.width);
  const count = ciphertextCount(shape);
  const lanes = new Uint32Array(shape.lanes);
  using decrypted = new seal.Plaintext();
  using buffer = new PlaintextBuffer(key.sealing);
  let index = 0;
  for await (const bytes of ciphertexts) {
    if (index >= count) throw new ConsiliumError('ciphertext-count', 'There are too many.');
    using ciphertext = loadCiphertext(key.sealing, bytes);
    beforeKeyUse();
    // Without guard bits noise does not show, and SEAL is asked, with the secret key as well. All of a sum went through the same additions: the
    // first one stands for the others.
    if (index === 0 && packing.guardBits === 0 && key.decryptor.invariantNoiseBudget(ciphertext) < 1) throw new ConsiliumError('noise-budget-exceeded');
    key.decryptor.decrypt(ciphertext, decrypted);
    buffer.read(decrypted);
    packing.unpack(buffer.words, lanes, index * packing.lanesPerCiphertext);
    index++;
  }
  if (index !== count) throw new ConsiliumError('ciphertext-count', `${index} of ${count} came.`);
  return lanes;
}
