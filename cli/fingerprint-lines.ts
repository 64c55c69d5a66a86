import { keyFingerprint } from '../shared/statements/key-fingerprint.ts';

/** A key's fingerprint as two people read it to each other: the words, and below them the hexadecimal form in two lines. */
export function fingerprintLines(rawKey: Uint8Array): string[] {
  const { words, hex } = keyFingerprint(rawKey);
  const groups = hex.split(' ');
  return [words, groups.slice(0, 8).join(' '), groups.slice(8).join(' ')];
}
