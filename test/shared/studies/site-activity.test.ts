import { expect } from 'chai';
import { mayBeTold, trainingShare } from '../../../shared/studies/site-activity.ts';
import type { StudyPlan } from '../../../shared/studies/plan.ts';

const counting = (training: Partial<StudyPlan['training']>) => ({ training: training as StudyPlan['training'] });
const bySteps = counting({ localSteps: 200 });
const byEpochs = counting({ localEpochs: 3 });

describe('how far a site is with its training', () => {
  it('is told in steps when the plan counts steps, which are the same for all', () => {
    expect(trainingShare(bySteps, 37, 200)).to.deep.equal({ step: 37, steps: 200, percent: 0 });
  });

  it('is told in quarters, without any number of steps, when the plan counts epochs', () => {
    const shares = [0, 1, 24, 25, 49, 50, 74, 75, 99].map((step) => trainingShare(byEpochs, step, 100));
    expect(shares.map(({ percent }) => percent)).to.deep.equal([0, 0, 0, 25, 25, 50, 50, 75, 75]);
    for (const { step, steps } of [...shares, trainingShare(byEpochs, 7, 7)]) expect([step, steps]).to.deep.equal([0, 0]);
    expect(trainingShare(byEpochs, 7, 7).percent).to.equal(75);
  });

  for (const [what, plan, activity, share, allowed] of [
    ['steps of the plan', bySteps, 'training', { step: 37, steps: 200, percent: 0 }, true],
    ['another number of steps than the plan\'s', bySteps, 'training', { step: 37, steps: 201, percent: 0 }, false],
    ['more steps than there are', bySteps, 'training', { step: 201, steps: 200, percent: 0 }, false],
    ['a quarter of epochs', byEpochs, 'training', { step: 0, steps: 0, percent: 75 }, true],
    ['a finer share of epochs', byEpochs, 'training', { step: 0, steps: 0, percent: 76 }, false],
    ['steps of epochs', byEpochs, 'training', { step: 3, steps: 57, percent: 0 }, false],
    ['steps of something else', bySteps, 'evaluating', { step: 3, steps: 200, percent: 0 }, false],
    ['nothing of something else', byEpochs, 'evaluating', { step: 0, steps: 0, percent: 0 }, true],
  ] as const) {
    it(`${allowed ? 'may' : 'may not'} be ${what}`, () => expect(mayBeTold(plan, activity, share)).to.equal(allowed));
  }
});
