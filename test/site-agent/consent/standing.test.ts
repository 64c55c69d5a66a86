import { expect } from 'chai';
import type { Decision } from '../../../site-agent/consent/decisions.ts';
import { approvalInForce, decisionAbout, isWithdrawn } from '../../../site-agent/consent/standing.ts';

/** `approved 1 person`: a decision about roster 1 by a person. */
function history(...entries: string[]): Decision[] {
  return entries.map((entry, at) => {
    const [decision, rosterHash, decidedBy] = entry.split(' ') as [Decision['decision'], string, Decision['decidedBy']];
    return { study: 'heart', planHash: 'plan', rosterHash, decision, decidedBy, by: '', code: '', decidedAtMs: at + 1 };
  });
}

const about = (decisions: Decision[], rosterHash: string) => decisionAbout(decisions, { planHash: 'plan', rosterHash })?.decision;

describe('What a hospital has decided', () => {
  const cases: readonly [rule: string, entries: readonly string[], roster1: string | undefined, roster2: string | undefined, inForce: string | undefined][] = [
    ['is nothing at first', [], undefined, undefined, undefined],
    ['holds for exactly one roster', ['approved 1 person'], 'approved', undefined, '1'],
    ['is the last word about a roster', ['approved 1 person', 'refused 1 person'], 'refused', undefined, undefined],
    ['lets only the newest approval begin a run, and what began under an earlier one go on', ['approved 1 person', 'approved 2 policy'], 'approved', 'approved', '2'],
    ['does not fall back to an earlier approval when the newer one is refused', ['approved 1 person', 'approved 2 person', 'refused 2 person'], 'approved', 'refused', undefined],
    ['keeps the approval when another roster is refused', ['approved 1 person', 'refused 2 policy'], 'approved', 'refused', '1'],
    ['is withdrawn for every roster at once', ['approved 1 person', 'approved 2 person', 'withdrawn 2 person'], 'withdrawn', 'withdrawn', undefined],
    ['is not undone by the policy after a withdrawal', ['approved 1 person', 'withdrawn 1 person', 'approved 2 policy', 'approved 1 policy'], 'withdrawn', 'withdrawn', undefined],
    ['is not undone by the policy after a person refused', ['refused 1 person', 'approved 1 policy'], 'refused', undefined, undefined],
    ['may be thought over by the policy itself', ['refused 1 policy', 'approved 1 policy'], 'approved', undefined, '1'],
    ['may be undone by a person after a withdrawal', ['approved 1 person', 'withdrawn 1 person', 'approved 2 person'], 'withdrawn', 'approved', '2'],
  ];
  for (const [rule, entries, roster1, roster2, inForce] of cases) {
    it(rule, () => {
      const decisions = history(...entries);
      expect([about(decisions, '1'), about(decisions, '2'), approvalInForce(decisions)?.rosterHash]).to.deep.equal([roster1, roster2, inForce]);
    });
  }

  it('about another plan with the same roster is another question', () => {
    expect(decisionAbout(history('approved 1 person'), { planHash: 'swapped', rosterHash: '1' })).to.equal(undefined);
  });

  it('is withdrawn until a person approves again', () => {
    expect(isWithdrawn(history('approved 1 person', 'withdrawn 1 person', 'refused 2 policy'))).to.equal(true);
    expect(isWithdrawn(history('approved 1 person', 'withdrawn 1 person', 'approved 2 person'))).to.equal(false);
  });
});
