import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { readLayersModelFolder } from '../../shared/models/layers-model-folder.ts';
import { sha256Hex } from '../../shared/statements/digest.ts';
import { littleEndianBytes } from '../../shared/payloads/little-endian.ts';
import { startApiCoordinator, type ApiCoordinator } from '../support/api-coordinator.ts';
import { runCommand } from '../support/command.ts';
import { heartPlan } from '../support/heart-plan.ts';
import { temporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';

const header = 'age [a],sex,cp,trestbps [mm[Hg]],chol [mg/dL],fbs,restecg,thalach [/min],exang,oldpeak [mm],target,set';
const rows = [
  '60,1,4,140,250,0,0,120,1,2,1,train',
  '40,0,2,120,200,0,0,170,0,0,0,train',
  '50,1,3,130,220,1,1,150,0,1,0,test',
  '65,1,4,150,280,0,2,110,1,3,1,test',
];

describe('consilium model', () => {
  let api: ApiCoordinator;
  let folder: TemporaryFolder;
  let csv: string;
  /** Digest of the untrained version of each study's run, by the run. */
  let untrained: Record<string, string>;

  const consilium = (...args: string[]) => runCommand('consilium', args, { CONSILIUM_CONNECTION: api.connectionFile });

  before(async () => {
    folder = temporaryFolder();
    csv = join(folder.path, 'heart.csv');
    writeFileSync(csv, `${[header, ...rows].join('\n')}\n`);
    api = await startApiCoordinator();
    await api.enrol('cleveland', 'hungarian', 'switzerland', 'va');
    await api.send('/studies', { method: 'POST', body: { ...heartPlan(), normalisation: { method: 'local', inputs: 'all' } } });
    await api.send('/studies', { method: 'POST', body: { ...heartPlan(), study: 'pooled' } });
    untrained = {};
    for (const study of ['heart-disease', 'pooled']) {
      await api.approve(study);
      const { body: run } = await api.send('/runs', { method: 'POST', body: { study, seed: 1 } });
      untrained[run.id] = run.modelVersion;
    }
  });
  after(async () => {
    folder[Symbol.dispose]();
    await api[Symbol.asyncDispose]();
  });

  it('list names the versions', async () => {
    const { stdout } = await consilium('model', 'list', '--run', 'heart-disease-1', '--json');
    const { models } = JSON.parse(stdout);
    expect(models).to.have.length(1);
    expect(models[0]).to.include({ run: 'heart-disease-1', number: 0 });
    expect((await consilium('model', 'list')).stdout).to.contain(models[0].digest);
  });

  it('get writes a folder that holds the weights of the lineage and how to use them, once', async () => {
    const output = join(folder.path, 'model');
    const first = await consilium('model', 'get', untrained['heart-disease-1']!, '--output', output, '--json');
    expect(first.exitCode, first.stderr).to.equal(0);
    expect(JSON.parse(first.stdout)).to.include({ run: 'heart-disease-1', number: 0, alreadyThere: false });
    expect(readdirSync(output)).to.have.members(['model.json', 'weights.bin', 'consilium.json']);
    const card = JSON.parse(readFileSync(join(output, 'consilium.json'), 'utf8'));
    expect(card.version.weightsDigest).to.equal(sha256Hex(littleEndianBytes((await readLayersModelFolder(output)).weights)));
    expect(card.inputs.map(({ name }: { name: string }) => name).slice(0, 3)).to.deep.equal(['age', 'sex=1', 'cp=2']);
    const again = await consilium('model', 'get', card.version.digest, '--output', output, '--json');
    expect(JSON.parse(again.stdout)).to.include({ alreadyThere: true });
  });

  it('get leaves a folder with something else alone, also with another version', async () => {
    for (const output of [folder.path, join(folder.path, 'model')]) {
      const { exitCode, stderr } = await consilium('model', 'get', untrained['pooled-1']!, '--output', output);
      expect(stderr).to.contain('The folder already holds something else.');
      expect(exitCode).to.equal(5);
    }
  });

  it('evaluate applies the normalisation of the study to the rows that it is asked for', async () => {
    const { exitCode, stdout, stderr } = await consilium('model', 'evaluate', untrained['heart-disease-1']!, '--data', csv, '--json');
    expect(exitCode, stderr).to.equal(0);
    const { evaluation } = JSON.parse(stdout);
    expect(evaluation).to.include({ rows: 2 });
    expect(evaluation.auc).to.be.within(0, 1);
    const all = await consilium('model', 'evaluate', untrained['heart-disease-1']!, '--data', csv, '--rows', 'all');
    expect(all.stdout).to.match(/^Version 0 of heart-disease-1, all rows: loss \d\.\d{4}, accuracy \d\.\d{4}, AUC \d\.\d{4} on 4 rows\n$/);
  });

  it('evaluate names file, line and column of a wrong cell, and never its text', async () => {
    const file = join(folder.path, 'wrong.csv');
    writeFileSync(file, `${header}\n${rows[0]!.replace('250', 'canary')}\n`);
    const { exitCode, stderr } = await consilium('model', 'evaluate', untrained['heart-disease-1']!, '--data', file);
    expect(exitCode).to.equal(2);
    expect(stderr).to.contain('wrong.csv:2:chol: is not a number').and.not.to.contain('canary');
  });

  it('evaluate says so when the run has no pooled normalisation yet', async () => {
    const { exitCode, stderr } = await consilium('model', 'evaluate', untrained['pooled-1']!, '--data', csv);
    expect(exitCode).to.equal(5);
    expect(stderr).to.contain('has not found its normalisation yet');
  });

  it('of a run without a trained version is refused with the state of the run', async () => {
    for (const args of [['get', 'heart-disease-1', '--output', join(folder.path, 'no')], ['evaluate', 'heart-disease-1', '--data', csv]]) {
      const { exitCode, stderr } = await consilium('model', ...args);
      expect([exitCode, stderr.split('\n')[0]]).to.deep.equal([5, 'The run has no trained model version yet. heart-disease-1 is keying.']);
    }
    expect(readdirSync(folder.path)).not.to.include('no');
  });

  it('of a name that is not there is refused', async () => {
    expect((await consilium('model', 'get', 'no-run', '--output', join(folder.path, 'no'))).stderr).to.contain('There is no such run.');
    expect((await consilium('model', 'get', '0'.repeat(64), '--output', join(folder.path, 'no'))).stderr).to.contain('There is no such model version.');
  });
});
