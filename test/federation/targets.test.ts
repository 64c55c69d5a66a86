import { expect } from 'chai';
import { startFederation, type Federation } from '../support/federation.ts';
import { branchedModel, layerModel } from '../support/layer-model.ts';
import { shortPlan, smallDataSet, smallTables, type PlanJson } from '../support/small-study.ts';

type Target = PlanJson['data']['targets'][number];
const grade: Target = { type: 'multi-class', column: 'grade', values: ['I', 'II', 'III'] };
const relapse: Target = { type: 'binary', column: 'relapse', values: ['no', 'yes'] };
const stay: Target = { type: 'regression', columns: [{ name: 'stay', unit: 'd', minimum: 0, maximum: 60 }] };

/** Each site has 40 rows, every fourth of them for testing. */
const testRows = 30;

describe('a federation trains a model', () => {
  let federation: Federation;
  before(async () => {
    federation = await startFederation({ dataSet: smallDataSet, tables: smallTables('mercy', 'north', 'south') });
  });
  after(() => federation[Symbol.asyncDispose]());

  /** The pooled evaluations of the initial weights and of the last version. */
  async function evaluationsOf(plan: PlanJson) {
    const run = await federation.run(plan, 1);
    expect(run.state, run.reason).to.equal('COMPLETED');
    const { modelVersions } = federation.store.read;
    const versions = await modelVersions.list(run.id);
    expect(versions).to.have.length(plan.rounds.count + 1);
    const [first, last] = await Promise.all([versions[0]!, versions.at(-1)!].map(({ digest }) => modelVersions.evaluation(digest)));
    return { first: first!, last: last! };
  }

  it('for several classes', async () => {
    const { first, last } = await evaluationsOf(planFor('classes', [grade], ['categoricalCrossentropy'], layerModel(3, [{ units: 3, activation: 'softmax' }])));
    expect(last).to.include({ rows: testRows });
    expect(last.accuracy).to.be.within(0, 1);
    expect(last.loss).to.be.lessThan(first.loss);
    expect(last.auc).to.equal(undefined);
  });

  it('for a number', async () => {
    const { first, last } = await evaluationsOf(planFor('number', [stay], ['meanSquaredError'], layerModel(3, [{ units: 1, activation: 'linear' }])));
    expect(last.rows).to.equal(testRows);
    expect(last.targets[0]!.columns![0]!.meanAbsoluteError).to.be.lessThan(first.targets[0]!.columns![0]!.meanAbsoluteError);
  });

  it('for several targets at once', async () => {
    const outputs = [{ units: 1, activation: 'sigmoid' }, { units: 3, activation: 'softmax' }, { units: 1, activation: 'linear' }];
    const losses = ['binaryCrossentropy', 'categoricalCrossentropy', 'huberLoss'] as const;
    const { first, last } = await evaluationsOf(planFor('several', [relapse, grade, stay], [...losses], branchedModel(3, outputs)));
    expect(last.targets.map(({ accuracy, auc, columns }) => [accuracy !== undefined, auc !== undefined, columns?.length])).to.deep.equal([
      [true, true, undefined],
      [true, false, undefined],
      [false, false, 1],
    ]);
    expect(last.loss).to.be.lessThan(first.loss);
  });
});

function planFor(study: string, targets: PlanJson['data']['targets'], losses: PlanJson['training']['losses'], topology: Record<string, unknown>): PlanJson {
  const { data } = shortPlan();
  return shortPlan({
    study,
    data: { ...data, targets },
    model: { topology },
    training: { losses, optimiser: { name: 'sgd', learningRate: 0.02 }, batchSize: 8, localSteps: 10 },
    aggregation: { serverOptimiser: { name: 'fedavg' }, weightCap: 64, clipping: { range: 4 } },
  });
}
