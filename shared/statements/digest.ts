import { createHash, timingSafeEqual } from 'node:crypto';

/** SHA-256 over the parts, one after the other; 32 bytes. */
export function sha256(...parts: (Uint8Array | string)[]): Buffer<ArrayBuffer> {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest() as Buffer<ArrayBuffer>;
}

/** SHA-256 as 64 lower-case hexadecimal digits: how digests are named in logs, file names and JSON. */
export function sha256Hex(...parts: (Uint8Array | string)[]): string {
  return sha256(...parts).toString('hex');
}

/** Whether a text is a SHA-256 as `sha256Hex` writes it; only such a text may become a file name. */
export function isSha256Hex(text: string): boolean {
  return /^[0-9a-f]{64}$/.test(text);
}

/** Whether two byte strings are equal, in a time that does not tell where they differ. */
export function equalBytes(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && timingSafeEqual(left, right);
}
