import { entropyToMnemonic, mnemonicToEntropy, validateMnemonic } from '@scure/bip39';
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
  const digits = parseFingerprint(text);
  return digits !== undefined ? digits === sha256(rawKey).toString('hex') : plainWords(text) === keyFingerprint(rawKey).words;
}

/** Whether a text is some key's fingerprint in one of the two forms; the checksum finds most words that were misheard. */
export function isKeyFingerprint(text: string): boolean {
  return digitsOf(text) !== undefined;
}

/** Whether two texts are fingerprints of one key, also in different forms. */
export function areSameFingerprint(left: string, right: string): boolean {
  const [shorter = '', longer = ''] = [digitsOf(left) ?? '', digitsOf(right) ?? ''].sort((a, b) => a.length - b.length);
  return shorter !== '' && longer.startsWith(shorter);
}

/** Hexadecimal digits of the SHA-256: all of them, or those that the words stand for. */
function digitsOf(text: string): string | undefined {
  const words = plainWords(text);
  if (words.split(' ').length !== 12 || !validateMnemonic(words, wordlist)) return parseFingerprint(text);
  return Buffer.from(mnemonicToEntropy(words, wordlist)).toString('hex');
}

function plainWords(text: string): string {
  return text.trim().toLowerCase().split(/\s+/).join(' ');
}
