import { entropyToMnemonic } from '@scure/bip39';
import { wordlist } from '@scure/bip39/wordlists/english.js';
import { parseFingerprint, readableFingerprint } from '../tls/fingerprint.ts';
import { sha256 } from './digest.ts';

/** A public key as two people compare it, on paper or by telephone. Both forms name the same key. */
export interface KeyFingerprint {
  /** Twelve English words of the BIP-39 list: the first 128 bits of the SHA-256, and a checksum of four bits. */
  readonly words: string;
  /** The whole SHA-256, in groups of four hexadecimal digits. */
  readonly hex: string;
}

/** @param rawKey raw public key, 32 bytes */
export function keyFingerprint(rawKey: Uint8Array): KeyFingerprint {
  const digest = sha256(rawKey);
  return { words: entropyToMnemonic(digest.subarray(0, 16), wordlist), hex: readableFingerprint(digest.toString('hex')) };
}

/** Whether a person wrote this key's fingerprint, as words or in hexadecimal, whole, with any case and any blanks. */
export function fingerprintMatches(text: string, rawKey: Uint8Array): boolean {
  const { words, hex } = keyFingerprint(rawKey);
  const digits = parseFingerprint(text);
  if (digits !== undefined) return digits === parseFingerprint(hex);
  return text.trim().toLowerCase().split(/\s+/).join(' ') === words;
}
