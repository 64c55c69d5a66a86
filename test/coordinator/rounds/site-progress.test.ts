import { expect } from 'chai';
import { moveRound } from '../../../coordinator/rounds/round-transition.ts';
import { SiteProgresses, type ProgressNote } from '../../../coordinator/rounds/site-progress.ts';
import { RunEvents, type RunEvent } from '../../../coordinator/runs/run-events.ts';
import { expectError } from '../../support/expect-error.ts';
import { startOpenRound, type OpenRound } from '../../support/open-round.ts';
import { shortPlan } from '../../support/small-study.ts';

describe('what a site says that it is at', () => {
  let open: OpenRound;
  let progress: SiteProgresses;
  let told: RunEvent[];
  beforeEach(async () => {
    open = await startOpenRound(shortPlan(), ['mercy', 'north', 'south']);
    const events = new RunEvents();
    told = [];
    events.listen((event) => told.push(event));
    progress = new SiteProgresses({ read: open.store.read, contexts: open.contexts, events, clock: open.clock });
  });
  afterEach(() => open[Symbol.asyncDispose]());

  const training = (step: number): ProgressNote => ({ run: 'small-study-1', round: 'small-study-1.0', activity: 'training', step, steps: 3, percent: 0, code: '' });
  const of = async () => progress.of(await open.round());

  it('is shown with its round while the round is open, and told as an event', async () => {
    await progress.tell('mercy', training(2));
    expect((await of()).map(({ atMs: _atMs, ...rest }) => rest)).to.deep.equal([{ site: 'mercy', activity: 'training', step: 2, steps: 3, percent: null, upload: null, code: null }]);
    expect(told).to.have.length(1);
    expect(told[0]).to.deep.include({ event: 'site-progress', run: 'small-study-1', round: 0, site: 'mercy', step: 2 });
    const round = await open.round();
    await open.store.transaction((tables) => moveRound(tables, round, 'CLOSING', { atMs: 0 }));
    expect(await of()).to.deep.equal([]);
  });

  it('is not looked at when it comes too often, unless it is at something else', async () => {
    await progress.tell('mercy', training(1));
    await progress.tell('mercy', training(2));
    expect((await of())[0]).to.include({ step: 1 });
    await progress.tell('mercy', { ...training(0), steps: 0, activity: 'encrypting' });
    expect((await of())[0]).to.include({ activity: 'encrypting', step: null });
    open.clock.aheadMs = 1000;
    await progress.tell('mercy', training(3));
    expect(told).to.have.length(3);
  });

  it('goes with the bytes that the coordinator itself has counted', async () => {
    const about = { run: 'small-study-1', round: 'small-study-1.0' };
    progress.uploaded('mercy', about, { part: 'update', bytes: 1000, totalBytes: 4000 });
    open.clock.aheadMs = 1000;
    await progress.tell('mercy', { ...training(0), steps: 0, activity: 'uploading' });
    expect((await of())[0]).to.deep.include({ activity: 'uploading', upload: { part: 'update', bytes: 1000, totalBytes: 4000 } });
  });

  it('of a later round is not lost to an upload that goes on after its round has closed', async () => {
    progress.uploaded('mercy', { run: 'small-study-1', round: 'small-study-1.1' }, { part: 'update', bytes: 1, totalBytes: 2 });
    progress.uploaded('south', { run: 'small-study-1', round: 'small-study-1.0' }, { part: 'update', bytes: 1, totalBytes: 2 });
    expect(told.map(({ site }) => site)).to.deep.equal(['mercy']);
  });

  it('is refused when it tells more than the plan allows, names no error, or is not a member\'s', async () => {
    await expectError('invalid-request', progress.tell('mercy', { ...training(1), steps: 4 }));
    await expectError('invalid-request', progress.tell('mercy', { ...training(1), code: 'I saw patient 7' }));
    await expectError('invalid-request', progress.tell('mercy', { ...training(0), steps: 0, activity: 'retrying', code: 'patient 7' }));
    await expectError('not-a-member', progress.tell('east', training(1)));
    expect(await of()).to.deep.equal([]);
  });

  it('about a round that is not the open one counts for nothing', async () => {
    await progress.tell('mercy', { ...training(1), round: 'small-study-1.7' });
    expect([await of(), told]).to.deep.equal([[], []]);
  });
});
