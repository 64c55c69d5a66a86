import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { startProgramFederation } from '../support/program-federation.ts';
import { shortPlan } from '../support/small-study.ts';

describe('a site that is started from yesterday\'s backup', () => {
  it('sends nothing, because its ledger is behind what the coordinator has signed for, and ends with what to do', async () => {
    await using federation = await startProgramFederation(['mercy', 'north', 'south', 'west']);
    const plan = (study: string) => shortPlan({ study, rounds: { count: 1, quorum: 3, deadlineSeconds: 20, extensions: 0 } });
    const folder = federation.siteFolder('mercy');
    const backup = join(federation.path, 'backup');
    await federation.stopAgent('mercy');
    await cp(folder, backup, { recursive: true });
    await federation.startAgent('mercy');
    const today = await federation.run(plan('today'));
    expect(today.state, today.reason).to.equal('COMPLETED');

    await federation.stopAgent('mercy');
    await rm(folder, { recursive: true });
    await cp(backup, folder, { recursive: true });
    await federation.startAgent('mercy');
    const run = await federation.start(plan('tomorrow'));
    const { level } = await federation.agent('mercy').log.find(({ code }) => code === 'ledger-not-growing');
    expect(level).to.equal('error');
    await federation.runEnds(run);
    const contributors = (await federation.read.contributions.list(`${run}.0`)).map(({ site }) => site);
    expect(contributors).not.to.include('mercy');
  });
});
