import { expect } from 'chai';
import { planSchema } from '../../../shared/studies/plan.ts';
import { partsOf, roundSchedule, trainingRoundOf } from '../../../shared/studies/round-purpose.ts';
import { shortPlan, smallPlan, type PlanJson } from '../../support/small-study.ts';

const clipping = { serverOptimiser: { name: 'fedavg' }, weightCap: 64, clipping: { range: 1 } } as const;

const schedules: [title: string, plan: PlanJson, purposes: string][] = [
  ['federated normalisation and calibration', smallPlan(), 'normalisation calibration training training evaluation'],
  ['federated normalisation alone', smallPlan({ aggregation: clipping }), 'normalisation training training evaluation'],
  ['calibration alone', smallPlan({ normalisation: { method: 'local' } }), 'calibration training training evaluation'],
  ['neither', shortPlan({ rounds: { count: 1, quorum: 3, deadlineSeconds: 1 } }), 'training evaluation'],
];

describe('the schedule of a run', () => {
  for (const [title, plan, purposes] of schedules) {
    it(`with ${title} is ${purposes}`, () => expect(roundSchedule(planSchema.parse(plan)).join(' ')).to.equal(purposes));
  }

  it('numbers its training rounds from 1', () => {
    const schedule = roundSchedule(planSchema.parse(smallPlan()));
    expect(schedule.map((_, number) => trainingRoundOf(schedule, number))).to.deep.equal([0, 0, 1, 2, 0]);
  });

  it('has an update part in training rounds only', () => {
    expect(partsOf('training')).to.deep.equal(['update', 'statistics']);
    for (const purpose of ['normalisation', 'calibration', 'evaluation'] as const) expect(partsOf(purpose)).to.deep.equal(['statistics']);
  });
});
