import { expect } from 'chai';
import { chaos, type NumberedRun } from './chaos.ts';
import { sites } from './federation-template.ts';
import { differences, type RunRecord } from './run-record.ts';
import { faultText, schedule, type Fault } from './schedule.ts';

const kill = (process: 'coordinator' | 'agent' | 'trainer', site: string, at: Extract<Fault, { kind: 'kill' }>['at']): Fault => ({ kind: 'kill', process, site, at, afterMs: 0, awayMs: 0 });

/** The instants at which a kill could lose most, once each. `npm run chaos` has all others. */
const worstInstants: readonly Fault[] = [
  kill('agent', 'south', 'a site has made or opened a key'),
  kill('coordinator', 'mercy', 'the coordinator has spooled a payload'),
  kill('agent', 'mercy', 'a site keeps a training checkpoint'),
  kill('trainer', 'north', 'a site keeps a training checkpoint'),
  { kind: 'kill between ledger line and first byte', site: 'north', awayMs: 0 },
  { kind: 'full disk', forMs: 300 },
  kill('agent', 'south', 'a site has noted what it co-signs'),
  { kind: 'cut', site: 'mercy' },
  kill('coordinator', 'mercy', 'the coordinator writes its database'),
];

describe('chaos', function () {
  this.timeout(600_000); // a minute on a quiet machine

  it('loses nothing and changes no bit: a run whose processes are killed at the worst instants ends with the model of an undisturbed one', async () => {
    const runs: NumberedRun[] = [];
    const summary = await chaos({ kills: 1, seed: 1, trainingRounds: 1, scheduleOf: () => worstInstants, onRun: (run) => runs.push(run), onNote: () => undefined });
    const [undisturbed, disturbed] = runs as [NumberedRun, NumberedRun];
    expect(disturbed.record, disturbed.done.map(faultText).join('\n')).to.deep.equal(undisturbed.record);
    expect(disturbed.wrong).to.deep.equal([]);
    expect(summary).to.include({ lost: 0, wrong: 0, runs: 1 });
    expect(summary.kills).to.be.at.least(5);
    expect(summary.resumedTrainings).to.be.at.least(1);
  });

  it('plays the same faults again for the same seed and run, and others for another', () => {
    expect(schedule(3, 1, 20, sites)).to.deep.equal(schedule(3, 1, 20, sites));
    expect(schedule(3, 1, 20, sites)).not.to.deep.equal(schedule(3, 2, 20, sites));
    expect(schedule(3, 1, 20, sites).filter(({ kind }) => kind.startsWith('kill'))).to.have.lengthOf(20);
  });

  it('calls a run wrong that has another sum, another model or fewer rounds', () => {
    const record: RunRecord = { state: 'COMPLETED', reason: '', rounds: ['0 training', '1 evaluation'], models: ['0 a', '1 b'] };
    expect(differences(record, record)).to.deep.equal([]);
    for (const changes of [{ rounds: ['0 training'] }, { models: ['0 a', '1 c'] }, { state: 'FAILED' }]) expect(differences({ ...record, ...changes }, record)).not.to.deep.equal([]);
  });
});
