import { expect } from 'chai';
import { RunConductor } from '../../../coordinator/runs/run-conductor.ts';
import { RunEvents, type RunEvent } from '../../../coordinator/runs/run-events.ts';
import { RunMishaps } from '../../../coordinator/runs/run-mishaps.ts';
import { RunWaits } from '../../../coordinator/runs/run-waits.ts';
import { silentLogger } from '../../../shared/logs/logger.ts';
import { startOpenRound, type OpenRound } from '../../support/open-round.ts';
import { smallPlan } from '../../support/small-study.ts';

const deadlineMs = 60_000;

describe('a run that does not move', () => {
  let open: OpenRound;
  let events: RunEvents;
  let mishaps: RunMishaps;
  let waits: RunWaits;
  let conductor: RunConductor;
  beforeEach(async () => {
    open = await startOpenRound(smallPlan({ rounds: { count: 1, quorum: 3, deadlineSeconds: deadlineMs / 1000, extensions: 9 } }), ['mercy', 'north', 'south']);
    events = new RunEvents();
    mishaps = new RunMishaps();
    waits = new RunWaits({ read: open.store.read, contexts: open.contexts, mishaps, disk: { state: { full: false } }, startedAtMs: 0 });
    const { federation, store, payloads, spools, sums, clock } = open;
    conductor = new RunConductor({ federation, store, payloads, spools, sums, clock, startedAtMs: 0, contexts: open.contexts, events, waits, mishaps, log: silentLogger, onEnded: () => undefined, onMoved: () => undefined });
  });
  afterEach(async () => {
    await conductor[Symbol.asyncDispose]();
    await open[Symbol.asyncDispose]();
  });

  /** The next event of this name after a look at the run. */
  function looked(name: string): Promise<RunEvent> {
    const { promise, resolve } = Promise.withResolvers<RunEvent>();
    const subscription = events.listen((event) => {
      if (event.event !== name) return;
      subscription[Symbol.dispose]();
      resolve(event);
    });
    conductor.wake('small-study-1');
    return promise;
  }

  it('past its first deadline is told to be stuck, with the sites that it waits for', async () => {
    const run = (await open.store.read.runs.find('small-study-1'))!;
    expect((await waits.of(run, open.clock.nowMs()))!.stuck).to.equal(false);
    open.clock.aheadMs = deadlineMs;
    const stuck = await looked('run-stuck');
    expect(stuck['sites']).to.deep.equal(['mercy', 'north', 'south'].map((site) => ({ site, task: 'contribution' })));
    expect((await waits.of(run, open.clock.nowMs()))!.stuck).to.equal(true);
  });

  it('because the coordinator fails again and again shows as stuck, with the public text of the failure', async () => {
    await open.store[Symbol.asyncDispose]();
    expect(await looked('run-retrying')).to.include({ code: 'internal', times: 1 });
    expect(await looked('run-retrying')).to.include({ code: 'internal', text: 'Something went wrong inside Consilium.', times: 2 });
    expect(mishaps.of('small-study-1')).to.include({ times: 2 });
  });
});
