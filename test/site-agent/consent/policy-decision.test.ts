import { expect } from 'chai';
import { policyDecision, type Circumstances, type PolicyDecision } from '../../../site-agent/consent/policy-decision.ts';
import { policySchema } from '../../../site-agent/consent/policy.ts';
import type { PinState } from '../../../site-agent/consent/roster-pins.ts';
import { StudyMakers } from '../../support/proposed-study.ts';

const makers = new StudyMakers();
const sites = ['mercy', 'north', 'south'];
const pinned = (north: PinState = 'pinned', leadKey: PinState = 'pinned'): Circumstances['pins'] => ({
  members: sites.map((site) => ({ ...makers.member(site), pin: site === 'north' ? north : 'pinned' })),
  leadKey,
});

describe('A policy', () => {
  const approves = { studies: 'approve-within-limits' } as const;
  const cases: readonly [rule: string, policy: Parameters<typeof policySchema.parse>[0], circumstances: Partial<Circumstances>, answer: PolicyDecision][] = [
    ['that asks leaves a study to a person', {}, {}, { decision: 'ask' }],
    ['that asks leaves it to a person to compare keys', {}, { pins: pinned('not-pinned') }, { decision: 'ask' }],
    ['that asks refuses a breach without asking', { maximumRounds: 1 }, {}, { decision: 'refused', code: 'policy-rounds' }],
    ['that asks refuses another key under a pinned name without asking', {}, { pins: pinned('changed') }, { decision: 'refused', code: 'peer-key-changed' }],
    ['that approves does so when all keys are pinned', approves, {}, { decision: 'approved' }],
    ['that approves refuses a member whose key is not pinned', approves, { pins: pinned('not-pinned') }, { decision: 'refused', code: 'peer-not-pinned' }],
    ['that approves refuses another key under a pinned name', approves, { pins: pinned('changed') }, { decision: 'refused', code: 'peer-key-changed' }],
    ['that approves refuses a lead key that is not pinned', approves, { pins: pinned('pinned', 'not-pinned') }, { decision: 'refused', code: 'lead-key-not-pinned' }],
    ['that approves refuses a breach', { ...approves, dataSets: [] }, {}, { decision: 'refused', code: 'policy-data-set' }],
    ['that approves leaves it to a person when statistics were opened under another roster', approves, { openedCohorts: [sites] }, { decision: 'ask' }],
    ['does not bring back a study from which the hospital withdrew', approves, { withdrawn: true }, { decision: 'refused', code: 'study-withdrawn' }],
  ];
  for (const [rule, policy, circumstances, answer] of cases) {
    it(rule, async () => {
      const study = await makers.study(sites);
      expect(policyDecision(policySchema.parse(policy), study, { ownSite: 'mercy', pins: pinned(), openedCohorts: [], withdrawn: false, ...circumstances })).to.deep.equal(answer);
    });
  }
});
