import { expect } from 'chai';
import type { ErrorCode } from '../../../shared/errors/catalogue.ts';
import { keyFingerprint } from '../../../shared/statements/key-fingerprint.ts';
import { policySchema } from '../../../site-agent/consent/policy.ts';
import { roundBreach, samplesBreach, type AskedRound } from '../../../site-agent/consent/round-limits.ts';
import { studyBreach } from '../../../site-agent/consent/study-limits.ts';
import { StudyMakers } from '../../support/proposed-study.ts';
import { smallDataSet, smallPlan, type PlanJson } from '../../support/small-study.ts';

const makers = new StudyMakers();
const sites = ['mercy', 'north', 'south'];
const ownLead = keyFingerprint(makers.member('lead').signingKey).hex;
const privacy = (minimumContributors: number): Partial<PlanJson> => ({ privacy: { minimumContributors, minimumSamples: 20 } });

type PolicyJson = Parameters<typeof policySchema.parse>[0];

describe('A policy refuses a study', () => {
  const cases: readonly [what: string, code: ErrorCode | undefined, policy: PolicyJson, plan?: Partial<PlanJson>, members?: readonly string[]][] = [
    ['with nothing, when there is no limit that it breaches', undefined, {}],
    ['that reads a data set which is not allowed', 'policy-data-set', { dataSets: ['heart-disease'] }],
    ['with nothing, when its data set is allowed', undefined, { dataSets: ['heart-disease', smallDataSet] }],
    ['that holds rounds for a purpose which is not allowed', 'policy-purpose', { purposes: ['normalisation', 'training', 'evaluation'] }],
    ['that opens sums over too few', 'policy-contributors', {}, privacy(2)],
    ['with nothing, when the hospital allows two contributors', undefined, { minimumContributors: 2 }, privacy(2)],
    ['whose roster is smaller than the number of contributors', 'policy-contributors', {}, {}, ['mercy', 'north']],
    ['with too many rounds', 'policy-rounds', { maximumRounds: 4 }],
    ['with nothing, when it holds as many rounds as allowed', undefined, { maximumRounds: 5 }],
    ['that sends more in a round than may leave in a day', 'policy-bytes', { maximumBytesPerDay: 40_000 }],
    ['with a model that is too large', 'policy-model-size', { maximumModelParameters: 3 }],
    ['with nothing, when its model is just small enough', undefined, { maximumModelParameters: 4 }],
    ['with nothing, when every other member is allowed', undefined, { members: ['north', 'south'] }],
    ['with a member that is not allowed', 'policy-members', { members: ['north'] }],
    ['under another lead key', 'policy-lead-key', { leadKeys: [ownLead] }],
  ];
  for (const [what, code, policy, plan, members = sites] of cases) {
    it(`${what}${code ? `: ${code}` : ''}`, async () => {
      const study = await makers.study(members, smallPlan(plan));
      expect(studyBreach(policySchema.parse(policy), study, 'mercy')?.code).to.equal(code);
    });
  }
});

describe('A policy refuses a round', () => {
  const round: AskedRound = { purpose: 'training', rounds: 3, bytes: 1000, bytesLeft: 0, nowMs: Date.parse('2026-03-02T12:00:00Z') };
  const cases: readonly [what: string, code: ErrorCode | undefined, policy: PolicyJson, changes?: Partial<AskedRound>][] = [
    ['with nothing, when there is no limit', undefined, {}],
    ['for a purpose that is not allowed', 'policy-purpose', { purposes: ['evaluation'] }],
    ['past the number of rounds, whatever the coordinator says', 'policy-rounds', { maximumRounds: 2 }],
    ['when what left within a day and this round are too much together', 'policy-bytes', { maximumBytesPerDay: 5000 }, { bytesLeft: 4001 }],
    ['with nothing, when they are just not too much', undefined, { maximumBytesPerDay: 5000 }, { bytesLeft: 4000 }],
    ['at an hour that is not allowed', 'policy-hours', { hours: { from: '19:00', to: '06:00', timeZone: 'UTC' } }],
    ['with nothing, at an hour that is allowed', undefined, { hours: { from: '11:00', to: '13:00', timeZone: 'UTC' } }],
  ];
  for (const [what, code, policy, changes] of cases) {
    it(`${what}${code ? `: ${code}` : ''}`, () => {
      expect(roundBreach(policySchema.parse(policy), { ...round, ...changes })?.code).to.equal(code);
    });
  }

  it('with too few training rows, and tells nobody how many there are', () => {
    const policy = policySchema.parse({ minimumTrainingSamples: 500 });
    const error = samplesBreach(policy, 499);
    expect(error?.code).to.equal('policy-samples');
    expect(error!.forPerson()).not.to.match(/\d/);
    expect(samplesBreach(policy, 500)).to.equal(undefined);
  });
});
