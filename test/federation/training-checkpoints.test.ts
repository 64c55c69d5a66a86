import { existsSync, mkdirSync, readdirSync, watch } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { startFederation } from '../support/federation.ts';
import { shortPlan, smallDataSet, smallTables } from '../support/small-study.ts';

describe('what a site keeps of a training under way', () => {
  it('is erased before anything of the round leaves', async () => {
    await using federation = await startFederation({ dataSet: smallDataSet, tables: smallTables('mercy', 'north', 'south') });
    await federation.restartAgent('mercy', { checkpointSeconds: 0 });
    const folder = join(federation.siteFolder('mercy'), 'state', 'runs');
    let kept = 0;
    mkdirSync(folder, { recursive: true });
    const watcher = watch(folder, { recursive: true }, (_event, path) => (kept += Number(/checkpoints\/.*state/.test(path ?? ''))));
    const left: string[] = [];
    using _listening = federation.coordinator.events.listen(({ event, run, site }) => {
      if (event !== 'contribution-accepted' || site !== 'mercy') return;
      const checkpoints = join(folder, run, 'checkpoints');
      if (existsSync(checkpoints)) left.push(...readdirSync(checkpoints));
    });
    const { training } = shortPlan();
    const run = await federation.run(shortPlan({ training: { ...training, localSteps: 200 } }));
    expect(run.state, run.reason).to.equal('COMPLETED');
    watcher.close();
    expect(kept).to.be.greaterThan(0);
    expect(left).to.deep.equal([]);
  });
});
