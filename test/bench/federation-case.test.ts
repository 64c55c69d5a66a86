import { expect } from 'chai';
import { measureFederation } from '../../bench/federation-case.ts';
import { allowedError, planOf } from '../../bench/work-plan.ts';
import { FixedDelta, largestError, parametersOf, works } from '../../bench/work.ts';
import { describeTopology } from '../../shared/models/model-description.ts';
import { elements } from '../../shared/models/tensor-spec.ts';
import { readPlan } from '../../shared/studies/checked-plan.ts';
import { patience } from '../support/patience.ts';

describe('the benchmark of a federation', () => {
  for (const work of Object.values(works)) {
    it(`has exactly the parameters and tensors of ${work.name} in its model`, async () => {
      const plan = await readPlan(Buffer.from(JSON.stringify(planOf(work))));
      const { weights } = await describeTopology(plan.model.topology);
      expect(weights.map(elements)).to.deep.equal(work.tensors);
      expect({ tiny: 14, mobile: 3_490_000, large: 25_000_000 }[work.name]).to.equal(parametersOf(work));
    });
  }

  it('notices a model that is not the mean of what the sites answered', () => {
    const work = { ...works['tiny']!, sites: 3, rounds: 1 };
    const sites = ['site-1', 'site-2', 'site-3'];
    const initial = new Float32Array(14);
    const deltas = sites.map((site) => new FixedDelta(site, work).values());
    const mean = initial.map((_, at) => deltas.reduce((sum, delta) => sum + delta[at]!, 0) / sites.length);
    expect(largestError(work, sites, { initial, final: mean, rounds: 1 })).to.be.at.most(allowedError(work));
    const withoutOne = initial.map((_, at) => (deltas[0]![at]! + deltas[1]![at]!) / 2);
    expect(largestError(work, sites, { initial, final: withoutOne, rounds: 1 })).to.be.above(allowedError(work));
    expect(largestError(work, sites, { initial, final: mean.fill(Number.NaN, 3, 4), rounds: 1 })).not.to.be.at.most(allowedError(work));
  });

  it('measures real processes from the first round to the last, with the transport floor beside it', async () => {
    const figures = await measureFederation({ ...works['tiny']!, sites: 3, rounds: 2 }, { signal: patience(), floor: true });
    expect(figures).to.include({ case: 'tiny', parameters: 14, sites: 3, rounds: 2, encrypted: true, openStreams: 3 });
    expect(figures.secondsPerRound).to.be.above(0);
    const { before: _before, ...inside } = figures.phases;
    expect(Object.values(inside).reduce((sum, seconds) => sum + seconds, 0)).to.be.closeTo(figures.secondsPerRound, 1e-6);
    expect(figures.clear?.secondsPerRound).to.be.above(0);
  });
});
