import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { checkStudyPlan } from '../../../site-agent/check/plan-check.ts';
import { siteSettingsSchema } from '../../../site-agent/settings.ts';
import { planWithTenMistakes } from '../../support/heart-plan.ts';
import { smallDataSet, smallPlan, smallTable } from '../../support/small-study.ts';
import { temporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.ts';

const settings = siteSettingsSchema.parse({
  coordinator: 'localhost:8443',
  federation: { id: crypto.randomUUID(), name: 'Test federation' },
  site: 'mercy',
  dataSets: { [smallDataSet]: { path: 'data.csv' } },
});

describe('check with a plan', () => {
  let folder: TemporaryFolder;
  let planFile: string;
  beforeEach(() => {
    folder = temporaryFolder();
    planFile = join(folder.path, 'plan.json');
    writeFileSync(planFile, JSON.stringify(smallPlan()));
    writeFileSync(join(folder.path, 'data.csv'), smallTable('mercy'));
  });
  afterEach(() => folder[Symbol.dispose]());

  const check = (dataSets = settings.dataSets) => checkStudyPlan(folder.path, { ...settings, dataSets }, planFile);

  it('reads the data set that the plan names', async () => {
    expect((await check()).map(({ step, result, message }) => [step, result, message])).to.deep.equal([
      [`plan ${planFile}`, 'ok', `The study small-study reads the data set ${smallDataSet}.`],
      ['data for small-study', 'ok', `The data set ${smallDataSet} keeps the data contract: 30 training rows and 10 test rows.`],
    ]);
  });

  it('names file, line and column of every wrong cell, and never its text', async () => {
    const lines = smallTable('mercy').split('\n');
    lines[2] = lines[2]!.replace(/^\d+/, 'canary');
    lines[5] = lines[5]!.replace(/north|south/, 'canary');
    writeFileSync(join(folder.path, 'data.csv'), lines.join('\n'));
    const [plan, ...cells] = await check();
    expect(plan?.result).to.equal('ok');
    expect(cells.map(({ result, message }) => [result, message.split(' ')[0]])).to.deep.equal([['wrong', 'data.csv:3:age:'], ['wrong', 'data.csv:6:ward:']]);
    expect(JSON.stringify(cells)).not.to.contain('canary');
  });

  it('finds too few rows and a data set that the site does not have', async () => {
    writeFileSync(join(folder.path, 'data.csv'), smallTable('mercy', 8));
    expect((await check())[1]?.message).to.contain('The study asks for at least 20 training rows.');
    expect((await check({}))[1]).to.deep.include({ result: 'wrong', message: `The data set that the study asks for is not configured at this site. The study asks for "${smallDataSet}".` });
  });

  it('names every mistake of the plan, and a plan that is not there', async () => {
    const { plan, paths } = planWithTenMistakes();
    writeFileSync(planFile, JSON.stringify(plan));
    const findings = await check();
    expect(findings.map(({ message }) => message.split(':')[0])).to.have.members(paths);
    expect(findings.every(({ result }) => result === 'wrong')).to.equal(true);
    planFile = join(folder.path, 'nothing.json');
    expect((await check()).map(({ message }) => message)).to.deep.equal([`The file cannot be read. ${planFile} (ENOENT).`]);
  });

  it('examines the plan alone when the settings are not right', async () => {
    expect((await checkStudyPlan(folder.path, undefined, planFile)).map(({ result }) => result)).to.deep.equal(['ok', 'not-examined']);
  });
});
