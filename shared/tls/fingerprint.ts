import { sha256Hex } from '../statements/digest.ts';

/** SHA-256 of a certificate's DER, 64 lower-case hexadecimal digits. */
export function certificateFingerprint(der: Uint8Array): string {
  return sha256Hex(der);
}

/** In groups of four digits, as two people read it to each other on the telephone. */
export function readableFingerprint(fingerprint: string): string {
  return fingerprint.match(/.{4}/g)?.join(' ') ?? '';
}

/** A fingerprint as a person may have written it, with blanks or colons and any case; nothing when it is not one. */
export function parseFingerprint(text: string): string | undefined {
  const digits = text.replaceAll(/[\s:]/g, '').toLowerCase();
  return /^[0-9a-f]{64}$/.test(digits) ? digits : undefined;
}
