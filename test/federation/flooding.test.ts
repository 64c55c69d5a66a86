import { setTimeout } from 'node:timers/promises';
import { expect } from 'chai';
import { openCoordinatorFolder } from '../../coordinator/federation/coordinator-folder.ts';
import { systemClock } from '../../shared/clock.ts';
import { services } from '../../shared/wire/services.ts';
import { openSiteFolder } from '../../site-agent/identity/site-folder.ts';
import { Channel } from '../../site-agent/link/channel.ts';
import { joinSite, startFederation } from '../support/federation.ts';
import { shortPlan, smallDataSet, smallTable, smallTables } from '../support/small-study.ts';

describe('a site that floods the coordinator with all that it is allowed', () => {
  it('is refused what is too much, and does not keep other sites from completing a run', async () => {
    await using federation = await startFederation({ dataSet: smallDataSet, tables: smallTables('mercy', 'north', 'south') });
    const folder = await openCoordinatorFolder(federation.coordinatorFolder);
    const siteFolder = federation.siteFolder('mallory');
    await joinSite({ folder, store: federation.store, port: federation.coordinator.sitePort, site: 'mallory', siteFolder, dataSet: smallDataSet, table: smallTable('mallory') });
    const stop = new AbortController();
    const answers = new Map<string, number>();
    const count = (answer: string) => void answers.set(answer, (answers.get(answer) ?? 0) + 1);
    const flood = async (channel: Channel): Promise<void> => {
      while (!stop.signal.aborted) {
        await channel.unary(services.studies.GetPlan, { study: 'no-study' }, { signal: stop.signal }).catch((error: { code: string }) => count(error.code));
        await setTimeout(0);
      }
    };
    const watch = async (channel: Channel): Promise<void> => {
      try {
        for await (const _work of channel.serverStream(services.siteLink.Watch, {}, { signal: stop.signal }));
      } catch (error) {
        count((error as { code: string }).code);
      }
    };
    using channels = new DisposableStack();
    // The flood, the coordinator and the other sites share one process here, so that the flood is as large as that allows.
    const channel = channels.use(new Channel(openSiteFolder(siteFolder).identity, systemClock));
    const floods = [...Array.from({ length: 20 }, () => flood(channel)), ...Array.from({ length: 12 }, () => watch(channel))];

    const recorded = await federation.propose(shortPlan(), ['mercy', 'north', 'south']);
    await federation.approve(recorded);
    const { id } = await federation.coordinator.runs.start('small-study', 'test', 7);
    const run = await federation.runEnds(id);
    stop.abort();
    await Promise.all(floods);
    expect(run.state, run.reason).to.equal('COMPLETED');
    expect(answers.get('study-not-found')).to.be.above(0);
    expect(answers.get('too-many-requests')).to.be.above(0);
    const events = await federation.store.read.audit.list(0, 10_000);
    expect(events.filter(({ action }) => action.includes('refused') || action.includes('limited')).length, 'the audit log is not flooded').to.be.below(200);
  });
});
