import { expect } from 'chai';
import { areSameFingerprint, fingerprintMatches, isKeyFingerprint, keyFingerprint } from '../../../shared/statements/key-fingerprint.ts';

const key = new Uint8Array(32);
const other = new Uint8Array(32).fill(1);

describe('the fingerprint of a key', () => {
  it('is its SHA-256: the first half as twelve words of BIP-39, and whole in hexadecimal', () => {
    // SHA-256 of 32 zero bytes.
    expect(keyFingerprint(key).hex).to.equal('6668 7aad f862 bd77 6c8f c18b 8e9f 8e20 0897 1485 6ee2 33b3 902a 591d 0d5f 2925');
    // Its first 11 bits are 819: `grid` is the word of that number, counted from 0, in the English list.
    expect(keyFingerprint(key).words).to.match(/^grid( [a-z]{3,8}){11}$/);
  });

  it('is recognised in either form, however it was written down', () => {
    const { words, hex } = keyFingerprint(key);
    for (const text of [words, hex, words.toUpperCase(), `  ${words.replaceAll(' ', '\n ')} `, hex.replaceAll(' ', ''), hex.replaceAll(' ', ':').toUpperCase()]) {
      expect(fingerprintMatches(text, key), text).to.equal(true);
      expect(fingerprintMatches(text, other), text).to.equal(false);
    }
  });

  it('is not recognised by a part of it', () => {
    const { words, hex } = keyFingerprint(key);
    for (const text of ['', words.split(' ').slice(0, 11).join(' '), words.replaceAll(' ', ''), hex.slice(0, -1), hex.slice(0, 4)]) {
      expect(fingerprintMatches(text, key), text).to.equal(false);
    }
  });

  it('is recognised in either form, and words that were misheard are not', () => {
    const { words, hex } = keyFingerprint(Buffer.alloc(32, 9));
    for (const text of [words, ` ${words.toUpperCase()} `, hex, hex.replaceAll(' ', ':')]) expect(isKeyFingerprint(text), text).to.equal(true);
    for (const text of ['', 'tree', words.split(' ').toReversed().join(' '), `${words} tree`, hex.slice(2)]) expect(isKeyFingerprint(text), text).to.equal(false);
  });

  it('is the same in both forms, and another for another key', () => {
    const [one, other] = [keyFingerprint(Buffer.alloc(32, 9)), keyFingerprint(Buffer.alloc(32, 8))];
    expect([areSameFingerprint(one.words, one.hex), areSameFingerprint(one.hex, one.words.toUpperCase())]).to.deep.equal([true, true]);
    expect([areSameFingerprint(one.words, other.hex), areSameFingerprint(one.words, other.words), areSameFingerprint('', '')]).to.deep.equal([false, false, false]);
  });
});
