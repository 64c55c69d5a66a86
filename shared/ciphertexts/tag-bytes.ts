import { ConsiliumError } from '../errors/consilium-error.ts';
import { parameterSet } from './parameter-set.ts';

/** A tag as it travels and is stored: 8 bytes, big-endian. */
export function tagBytes(tag: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(tag);
  return bytes;
}

/** A tag from its 8 bytes, a number below q. @throws tag-malformed for other lengths and for numbers from q on */
export function tagFromBytes(bytes: Uint8Array): bigint {
  if (bytes.length !== 8) throw new ConsiliumError('tag-malformed', `A tag has 8 bytes, not ${bytes.length}.`);
  const tag = Buffer.from(bytes).readBigUInt64BE();
  if (tag >= parameterSet.coefficientModulus) throw new ConsiliumError('tag-malformed', 'A tag is a number below the coefficient modulus.');
  return tag;
}
