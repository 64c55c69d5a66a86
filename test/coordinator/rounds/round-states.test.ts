import { expect } from 'chai';
import { assertTransition, hasEnded, roundStates, takesContributions, type RoundState } from '../../../coordinator/rounds/round-states.ts';
import { expectError } from '../../support/expect-error.ts';

/** From each row's state to each column's: the rows say what may follow. */
const allowed: Readonly<Record<RoundState, readonly RoundState[]>> = {
  PLANNED: ['OPEN'],
  OPEN: ['COLLECTING', 'CLOSING', 'ABANDONED'],
  COLLECTING: ['CLOSING', 'ABANDONED'],
  CLOSING: ['AGGREGATED', 'ABANDONED'],
  AGGREGATED: ['DECRYPTING', 'ABANDONED'],
  DECRYPTING: ['VERIFIED', 'ABANDONED'],
  VERIFIED: ['PUBLISHED', 'ABANDONED'],
  PUBLISHED: [],
  ABANDONED: [],
};
const states = Object.keys(allowed) as RoundState[];

describe('a round', () => {
  it('has the states of the table and no others', () => {
    expect(Object.keys(roundStates)).to.have.members(states);
  });

  for (const from of states) {
    for (const to of states) {
      if (allowed[from].includes(to)) it(`may go from ${from} to ${to}`, () => assertTransition(from, to));
      else it(`may not go from ${from} to ${to}`, () => expectError('transition-not-allowed', () => assertTransition(from, to)));
    }
  }

  it('takes contributions while it is open or collecting only', () => {
    expect(states.filter(takesContributions)).to.deep.equal(['OPEN', 'COLLECTING']);
  });

  it('is over when it is published or abandoned', () => {
    expect(states.filter(hasEnded)).to.deep.equal(['PUBLISHED', 'ABANDONED']);
  });

  it('is never opened again once decryptors were asked', () => {
    const reachable = new Set<RoundState>(['DECRYPTING']);
    for (const state of reachable) for (const next of roundStates[state].next) reachable.add(next);
    expect([...reachable].filter(takesContributions)).to.deep.equal([]);
  });
});
