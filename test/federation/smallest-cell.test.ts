import { existsSync } from 'node:fs';
import { expect } from 'chai';
import { evaluationLayout, targetFields } from '../../shared/evaluation/evaluation-layout.ts';
import { decodeSum } from '../../shared/layouts/vector-encoding.ts';
import { littleEndianBytes } from '../../shared/payloads/little-endian.ts';
import { sha256Hex } from '../../shared/statements/digest.ts';
import { planSchema } from '../../shared/studies/plan.ts';
import { startFederation, type Federation } from '../support/federation.ts';
import { shortPlan, smallDataSet, smallTables } from '../support/small-study.ts';
import { payloadFile, SumWitness, type WitnessedSum } from '../support/sum-witness.ts';

/** Each site has 40 rows, every fourth of them for testing. */
const testRows = 30;

describe("a federation whose plan's smallest cell is", () => {
  let federation: Federation;
  before(async () => {
    federation = await startFederation({ dataSet: smallDataSet, tables: smallTables('mercy', 'north', 'south') });
  });
  after(() => federation[Symbol.asyncDispose]());

  /** The evaluations of a run, as sums and as figures. */
  async function evaluationsUnder(smallestCell: number | undefined) {
    using witness = new SumWitness(federation, 'mercy');
    const json = shortPlan({ study: `cells-${smallestCell ?? 'default'}`, privacy: { minimumContributors: 3, minimumSamples: 20, smallestCell } });
    const run = await federation.run(json, 3);
    expect(run.state, run.reason).to.equal('COMPLETED');
    const sums = (await witness.sums(run.id)).filter(({ part }) => part === 'statistics');
    expect(sums).to.have.length(3);
    const layout = evaluationLayout(planSchema.parse(json));
    const countsOf = ({ contributors }: WitnessedSum, lanes: Uint32Array) => decodeSum(layout, lanes, contributors).counts;
    const { modelVersions } = federation.store.read;
    const figures = await Promise.all((await modelVersions.list(run.id)).map(({ digest }) => modelVersions.evaluation(digest)));
    return { figures, evaluations: sums.map((sum) => ({ ...sum, contributed: countsOf(sum, sum.contributed), released: countsOf(sum, sum.opened), exactDigest: sha256Hex(littleEndianBytes(sum.contributed)) })) };
  }

  const scores: readonly string[] = targetFields(0).scores;
  const scoresOf = (counts: Readonly<Record<string, bigint[]>>) => scores.map((name) => counts[name]!.map(Number));
  const hasSmallCells = (counts: Readonly<Record<string, bigint[]>>, smallestCell: number) => scoresOf(counts).flat().some((count) => count > 0 && count < smallestCell);
  const totals = (histograms: readonly (readonly number[])[]) => histograms.map((counts) => counts.reduce((sum, count) => sum + count, 0));

  it('5, as it is when nothing is said, shows its coordinator no smaller one: it signs, stores and publishes merged bins', async () => {
    const { figures, evaluations } = await evaluationsUnder(undefined);
    for (const { round, contributed, released, exactDigest } of evaluations) {
      expect(hasSmallCells(contributed, 5), `${round}, what sites sent`).to.equal(true);
      expect(hasSmallCells(released, 5), `${round}, what was opened`).to.equal(false);
      expect(existsSync(payloadFile(federation, exactDigest))).to.equal(false);
      expect(totals(scoresOf(released))).to.deep.equal(totals(scoresOf(contributed)));
      for (const [name, counts] of Object.entries(contributed)) if (!scores.includes(name)) expect(released[name]).to.deep.equal(counts);
    }
    for (const evaluation of figures) {
      expect(evaluation).to.include({ rows: testRows });
      expect(evaluation!.auc).to.be.within(0, 1);
    }
  });

  it('more than a class has rows evaluates without scores, and says why there is no AUC', async () => {
    const { figures, evaluations } = await evaluationsUnder(20);
    for (const { released } of evaluations) expect(totals(scoresOf(released))).to.deep.equal([0, 0]);
    for (const evaluation of figures) {
      expect(evaluation).to.include({ rows: testRows }).and.not.to.have.property('auc');
      expect(evaluation!.accuracy).to.be.within(0, 1);
      expect(evaluation!.targets[0]).to.include({ aucMissing: 'fewer than 20 test rows of a class' }).and.not.to.have.property('calibration');
    }
  });

  it('1 opens what sites sent, cell by cell', async () => {
    const { evaluations } = await evaluationsUnder(1);
    for (const { contributed, released } of evaluations) {
      expect(hasSmallCells(released, 5)).to.equal(true);
      expect(released).to.deep.equal(contributed);
    }
  });
});
