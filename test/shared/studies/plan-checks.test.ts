import { expect } from 'chai';
import { topologyProblems } from '../../../shared/models/topology-problems.ts';
import { parsePlan } from '../../../shared/studies/plan-checks.ts';
import { expectError } from '../../support/expect-error.ts';
import { layerModel } from '../../support/layer-model.ts';
import { smallPlan, type PlanJson } from '../../support/small-study.ts';

async function problemsOf(plan: unknown): Promise<string[]> {
  const error = await expectError('plan-invalid', parsePlan(plan, topologyProblems));
  return error.problems.map(({ path, message }) => `${path}: ${message}`);
}

async function onlyProblemOf(changes: Partial<PlanJson>): Promise<string> {
  const problems = await problemsOf(smallPlan(changes));
  expect(problems).to.have.length(1);
  return problems[0]!;
}

const { data, aggregation, rounds, training } = smallPlan();
const [age, dose, ward] = data.columns as [PlanJson['data']['columns'][number], PlanJson['data']['columns'][number], PlanJson['data']['columns'][number]];

describe('a plan', () => {
  it('in which nothing is wrong is read, with defaults filled in', async () => {
    const plan = await parsePlan(smallPlan({ privacy: { minimumSamples: 20 } }), topologyProblems);
    expect(plan.aggregation.lanes).to.equal('16+6');
    expect(plan.aggregation.errorFeedback).to.equal(true);
    expect(plan.rounds.extensions).to.equal(1);
    expect(plan.evaluation.scoreBins).to.equal(200);
    expect(plan.privacy.smallestCell).to.equal(5);
  });

  it('with ten different mistakes is refused with all of them, each with its place', async () => {
    const problems = await problemsOf({
      ...smallPlan(),
      study: 'Not A Name',
      script: 'print(1)',
      data: { ...data, columns: [{ ...age, minimum: 110, maximum: 18 }, dose, { ...ward, values: ['north', 'north'] }, { ...age, name: 'relapse' }] },
      training: { ...training, losses: ['meanSquaredError'], batchSize: 0 },
      rounds: { count: 2, quorum: 2, deadlineSeconds: 60 },
      sites: ['mercy', 'mercy'],
      aggregation: { ...aggregation, weightCap: 10_000 },
      evaluation: { scoreBins: 1 },
    });
    const places = problems.map((problem) => problem.split(':')[0]);
    expect(places).to.include.members([
      'study', 'script', 'data.columns.0.maximum', 'data.columns.2.values', 'data', 'training.batchSize',
      'rounds.quorum', 'sites', 'aggregation.weightCap', 'evaluation.scoreBins', 'model.topology',
    ]);
  });

  it('with mistakes in every section is refused with those between the sections as well, each once', async () => {
    const problems = await problemsOf({
      ...smallPlan(),
      purpose: undefined,
      data: {
        ...data,
        missingMarkers: [''],
        columns: [{ ...age, unit: 7, minimum: 110, maximum: 18 }, { ...dose, name: 'age', missing: 'median' }, { ...ward, values: ['north', 'north'] }, { name: 'x', type: 'date' }],
        split: { seed: 1, testFraction: 2 },
      },
      normalisation: { method: 'global' },
      model: { topology: layerModel(7, [{ units: 3, activation: 'sigmoid' }]) },
      training: { ...training, losses: ['meanSquaredError'], batchSize: '8', localEpochs: 2 },
      aggregation: { ...aggregation, clipping: { range: 0 } },
      rounds: { count: 1.5, quorum: 2, deadlineSeconds: '60' },
    });
    expect(problems).to.have.members([
      'purpose: is missing',
      'data.missingMarkers.0: must not be empty',
      'data.columns.0.unit: must be a text',
      'data.columns.0.maximum: must be greater than minimum',
      'data.columns.1.missing: must be one of refuse, drop-row, mean',
      'data.columns.2.values: names a value twice',
      'data.columns.3.type: must be one of number, category, image',
      'data.split.testFraction: must be less than 1',
      'data: uses column age for two things',
      'normalisation.method: must be one of none, local, federated',
      "model.topology: output 1 has shape [null, 3]; its target needs [null, 1]",
      'training.batchSize: must be a number',
      'training.losses.0: meanSquaredError does not fit a binary target',
      'training.localSteps: name either localSteps or localEpochs, not both',
      'aggregation.clipping.range: must be more than 0',
      'rounds.count: must be a whole number',
      'rounds.deadlineSeconds: must be a number',
      'rounds.quorum: must be at least privacy.minimumContributors, 3',
    ]);
  });

  const wrongValues: [title: string, changes: object, problem: string][] = [
    ['too few values', { data: { ...data, columns: [{ ...age }, dose, { ...ward, dropFirst: false, values: ['north'] }] } }, 'data.columns.2.values: must have at least 2 values'],
    ['another version', { consilium: 2 }, 'consilium: must be 1'],
    ['none of several forms', { aggregation: { ...aggregation, clipping: { norm: 1 } } }, 'aggregation.clipping: must be { range } or { calibration: { headRoom } }'],
    ['no rule for splitting', { data: { ...data, split: undefined } }, 'data.split: must be { column, train, test } or { seed, testFraction, stratify }'],
    ['a text for a section', { rounds: 'three' }, 'rounds: must be an object'],
  ];
  for (const [title, changes, problem] of wrongValues) {
    it(`with ${title} is refused in words that say what to write`, async () => {
      expect(await onlyProblemOf(changes as Partial<PlanJson>)).to.equal(problem);
    });
  }

  const mistakes: [title: string, changes: Partial<PlanJson>, place: string, words: string][] = [
    ['whose weight cap leaves the smallest site too few bits', { aggregation: { ...aggregation, weightCap: 1000 } }, 'aggregation.weightCap', 'bits, fewer than 12'],
    ['with more sites than its lanes have head-room for', { sites: names(65), rounds: { ...rounds, quorum: 3 } }, 'aggregation.lanes', 'over 64 sites, not 65'],
    ['without a smallest cell', { privacy: { minimumSamples: 20, smallestCell: 0 } }, 'privacy.smallestCell', 'at least 1'],
    ['whose quorum is below the fewest contributors', { rounds: { ...rounds, quorum: 2 } }, 'rounds.quorum', 'at least privacy.minimumContributors, 3'],
    ['whose quorum is more than its sites', { sites: ['mercy', 'north', 'south'], rounds: { ...rounds, quorum: 4 } }, 'rounds.quorum', 'not be more than the 3 sites'],
    ['whose loss does not fit its target', { training: { ...training, losses: ['categoricalCrossentropy'] } }, 'training.losses.0', 'does not fit a binary target'],
    ['with more losses than targets', { training: { ...training, losses: ['binaryCrossentropy', 'binaryCrossentropy'] } }, 'training.losses', 'one loss for each of the 1 targets'],
    ['that says both how many steps and how many epochs', { training: { ...training, localEpochs: 1 } }, 'training.localSteps', 'not both'],
    ['that fills in a mean which nobody computes', { normalisation: { method: 'none' } }, 'data.columns.1.missing', 'mean needs a normalisation'],
    ['whose model reads another number of inputs', { model: { topology: layerModel(4, [{ units: 1, activation: 'sigmoid' }]) } }, 'model.topology', '[null, 3]'],
    ['with a layer that carries code', { model: { topology: { class_name: 'Lambda', config: {} } } }, 'model.topology.class_name', ''],
    ['that splits by a column which is also an input', { data: { ...data, split: { column: 'age', train: 'a', test: 'b' } } }, 'data', 'age for two things'],
  ];
  for (const [title, changes, place, words] of mistakes) {
    it(`${title} is refused`, async () => {
      const problem = await (place.startsWith('model.topology.') ? problemsOf(smallPlan(changes)).then(([first]) => first!) : onlyProblemOf(changes));
      expect(problem.split(':')[0]).to.equal(place);
      expect(problem).to.contain(words);
    });
  }

  it('that is no object is refused', async () => {
    for (const json of [null, 7, 'plan', []]) expect(await problemsOf(json)).not.to.deep.equal([]);
  });

  it('never runs a setting that its reader does not know: unknown keys are refused at every depth', async () => {
    const plan = smallPlan();
    const deep = { ...plan, data: { ...data, columns: [{ ...age, callback: 'x' }, dose, ward] }, rounds: { ...rounds, hook: 'y' } };
    expect((await problemsOf(deep)).map((problem) => problem.split(':')[0])).to.have.members(['data.columns.0.callback', 'rounds.hook']);
  });
});

function names(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `site-${index + 1}`);
}
