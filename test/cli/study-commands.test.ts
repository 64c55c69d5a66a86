import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { runCommand } from '../support/command.ts';
import { heartPlan, heartPlanFile, planWithTenMistakes } from '../support/heart-plan.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

describe('consilium study check', () => {
  it('says without a coordinator what a plan means', async () => {
    const { exitCode, stdout, stderr } = await runCommand('consilium', ['study', 'check', heartPlanFile]);
    expect(exitCode, stderr).to.equal(0);
    expect(stdout).to.contain('heart-disease: Heart disease').and.to.contain('at most 8 sites').and.to.contain('12.6 of 16 bits').and.to.contain('14 in 2 tensors');
  });

  it('says in words whether a bin of the scores may show a single patient', async () => {
    using folder = temporaryFolder();
    const file = join(folder.path, 'plan.json');
    const plan = heartPlan();
    writeFileSync(file, JSON.stringify({ ...plan, privacy: { ...plan.privacy, smallestCell: 1 } }));
    const [usual, weaker] = await Promise.all([heartPlanFile, file].map((path) => runCommand('consilium', ['study', 'check', path])));
    expect(usual!.stdout).to.match(/Smallest cell +5 rows of a label in a bin of the scores; smaller ones are merged\n/);
    expect(weaker!.stdout).to.match(/Smallest cell +1 row: a bin of the scores may show a single patient\n/);
  });

  it('says the same to a script', async () => {
    const { stdout } = await runCommand('consilium', ['study', 'check', heartPlanFile, '--json']);
    const summary = JSON.parse(stdout);
    expect(summary).to.include({ parameters: 14, modelBytes: 56, updateBytes: 32_962, largestSiteCount: 8, smallestCell: 5 });
    expect(summary.inputs[1]).to.deep.equal({ name: 'sex=1', kind: 'indicator' });
  });

  it('lists ten mistakes of a plan together', async () => {
    using folder = temporaryFolder();
    const { plan, paths } = planWithTenMistakes();
    const file = join(folder.path, 'plan.json');
    writeFileSync(file, JSON.stringify(plan));
    const person = await runCommand('consilium', ['study', 'check', file]);
    expect(person.exitCode).to.equal(2);
    for (const path of paths) expect(person.stderr).to.contain(`\n  ${path}: `);
    const script = await runCommand('consilium', ['--json', 'study', 'check', file]);
    expect(JSON.parse(script.stderr).problems.map((problem: { path: string }) => problem.path)).to.have.members(paths);
  });

  it('finds what is wrong with the model', async () => {
    using folder = temporaryFolder();
    const plan = heartPlan();
    plan.model.topology.config.layers[0].config.units = 2;
    const file = join(folder.path, 'plan.json');
    writeFileSync(file, JSON.stringify(plan));
    const { exitCode, stderr } = await runCommand('consilium', ['study', 'check', file]);
    expect(exitCode).to.equal(2);
    expect(stderr).to.contain('  model.topology: output 1 has shape [null, 2]; its target needs [null, 1]');
  });

  it('says so when the file is not there or is not JSON', async () => {
    using folder = temporaryFolder();
    const missing = await runCommand('consilium', ['study', 'check', join(folder.path, 'no.json')]);
    expect(missing.exitCode).to.equal(2);
    expect(missing.stderr).to.contain('no.json (ENOENT)');
    const file = join(folder.path, 'plan.json');
    writeFileSync(file, 'Smith,63,1\n');
    const broken = await runCommand('consilium', ['study', 'check', file]);
    expect([broken.exitCode, ...broken.stderr.split('\n').slice(0, 2)]).to.deep.equal([2, 'The study plan is not valid.', '  plan: is not JSON: line 1, column 1']);
    expect(broken.stderr).not.to.contain('Smith');
  });
});
