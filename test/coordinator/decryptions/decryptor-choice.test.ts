import { expect } from 'chai';
import type { Decryption } from '../../../coordinator/decryptions/decryption.ts';
import { decryptionStep, type DecryptionStep } from '../../../coordinator/decryptions/decryptor-choice.ts';

/** `east:A+` was asked for the sums and answered A; `north:?` was asked for its signature and has not answered. */
const cases: [situation: string, asked: string, unavailable: string, next: string][] = [
  ['nobody was asked', '', '', 'ask east+ mercy'],
  ['two were asked', 'east:?+ mercy:?', '', 'wait'],
  ['the first one answered', 'east:A+ mercy:?', '', 'wait'],
  ['the second one answered first', 'east:?+ mercy:A', '', 'wait'],
  ['both answered alike', 'east:A+ mercy:A', '', 'agreed east mercy'],
  ['both answered differently', 'east:A+ mercy:B', '', 'ask north+'],
  ['a third was asked', 'east:A+ mercy:B north:?+', '', 'wait'],
  ['the third agrees with the first', 'east:A+ mercy:B north:A+', '', 'agreed east north'],
  ['the third agrees with the second', 'east:A+ mercy:B north:B+', '', 'agreed mercy north'],
  ['the third differs as well', 'east:A+ mercy:B north:C+', '', 'ask south+'],
  ['all four differ', 'east:A+ mercy:B north:C+ south:D+', '', 'failed'],
  ['the fourth settles it', 'east:A+ mercy:B north:C+ south:B+', '', 'agreed mercy south'],
  ['the first one is silent', 'east:?+ mercy:A', 'east', 'ask north+'],
  ['the second one is silent', 'east:A+ mercy:?', 'mercy', 'ask north+'],
  ['both are silent', 'east:?+ mercy:?', 'east mercy', 'ask north+ south+'],
  ['two agree and neither brought the sums', 'east:?+ mercy:A north:A', 'east', 'ask south+'],
  ['two agree and the one with the sums is still at it', 'east:?+ mercy:A north:A', '', 'wait'],
  ['one is silent and no other is left, but one is still at it', 'east:A+ mercy:? north:? south:?', 'mercy north', 'wait'],
  ['everybody but one is silent', 'east:A+ mercy:? north:? south:?', 'mercy north south', 'failed'],
  ['a silent one answered after all', 'east:A+ mercy:A north:?+', 'mercy', 'agreed east mercy'],
];

describe('the choice of decryptors', () => {
  for (const [situation, asked, unavailable, next] of cases) {
    it(`when ${situation}: ${next}`, () => {
      const step = decryptionStep(['east', 'mercy', 'north', 'south'], asked.split(' ').filter(Boolean).map(decryption), new Set(unavailable.split(' ')));
      expect(text(step)).to.equal(next);
    });
  }

  it('counts answers as different when only the model differs', () => {
    const one = decryption('east:A+');
    const other = { ...one, site: 'mercy', answer: { ...one.answer!, version: 'another' } };
    expect(text(decryptionStep(['east', 'mercy', 'north'], [one, other], new Set()))).to.equal('ask north+');
  });
});

function decryption(text: string): Decryption {
  const [, site = '', answer = '', sums] = /^(\w+):(.)(\+?)$/.exec(text) ?? [];
  const result = { sumDigests: { update: answer }, version: answer, parametersHash: '', signature: new Uint8Array(64) };
  return { round: 'r.1', site, askedAtMs: 0, returnSums: sums === '+', answer: answer === '?' ? null : result };
}

function text(step: DecryptionStep): string {
  switch (step.kind) {
    case 'ask':
      return ['ask', ...step.sites.map(({ site, returnSums }) => `${site}${returnSums ? '+' : ''}`)].join(' ');
    case 'agreed':
      return ['agreed', ...step.sites].join(' ');
    default:
      return step.kind;
  }
}
