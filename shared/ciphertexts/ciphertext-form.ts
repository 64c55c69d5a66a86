import type { Ciphertext } from './ciphertext.ts';
import { ConsiliumError } from '../errors/consilium-error.ts';
import { expandedCiphertextBytes, parameterSet, seededCiphertextBytes } from './parameter-set.ts';
import { plainBytes, sealMessage, type SealContext } from './seal-context.ts';

/**
 * Offsets into a serialised ciphertext of SEAL 4.1 without compression: a 16-byte header,
 * then the parameter set's id, the NTT flag and the number of polynomials.
 */
const offset = { magic: 0, compression: 5, totalBytes: 8, parametersId: 16, nttForm: 48, polynomials: 49, end: 57 } as const;
const sealMagic = 0xa15e;

/**
 * Loads one ciphertext after looking at everything that SEAL itself accepts and we do not:
 * another parameter set, NTT form, another number of polynomials than two, and transparent ciphertexts.
 *
 * @param bytes exactly one serialised ciphertext, seeded or expanded.
 * @throws ciphertext-truncated, ciphertext-malformed, parameter-set-mismatch, ciphertext-form, ciphertext-size, ciphertext-transparent
 */
export function loadCiphertext({ seal, context, parametersId }: SealContext, bytes: Uint8Array): Ciphertext {
  assertHeader(bytes, parametersId);
  const ciphertext = new seal.Ciphertext();
  try {
    ciphertext.loadFromArray(context, plainBytes(bytes));
    if (ciphertext.polyModulusDegree() !== parameterSet.polyModulusDegree) throw new ConsiliumError('parameter-set-mismatch');
    if (ciphertext.isTransparent()) throw new ConsiliumError('ciphertext-transparent');
    return ciphertext;
  } catch (thrown) {
    ciphertext.delete();
    if (thrown instanceof ConsiliumError) throw thrown;
    throw new ConsiliumError('ciphertext-malformed', '', { cause: sealMessage(thrown) });
  }
}

function assertHeader(bytes: Uint8Array, parametersId: Buffer): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < offset.end) throw new ConsiliumError('ciphertext-truncated');
  if (view.getUint16(offset.magic, true) !== sealMagic || bytes[offset.compression] !== 0) throw new ConsiliumError('ciphertext-malformed');
  if (view.getBigUint64(offset.totalBytes, true) > BigInt(bytes.length)) throw new ConsiliumError('ciphertext-truncated');
  if (!parametersId.equals(bytes.subarray(offset.parametersId, offset.nttForm))) throw new ConsiliumError('parameter-set-mismatch');
  if (bytes[offset.nttForm] !== 0) throw new ConsiliumError('ciphertext-form');
  if (view.getBigUint64(offset.polynomials, true) !== 2n) throw new ConsiliumError('ciphertext-size');
  if (bytes.length !== seededCiphertextBytes && bytes.length !== expandedCiphertextBytes) throw new ConsiliumError('ciphertext-malformed');
}
