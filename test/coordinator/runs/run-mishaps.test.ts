import { expect } from 'chai';
import { RunMishaps } from '../../../coordinator/runs/run-mishaps.ts';

describe('what fails again and again in a run', () => {
  it('is tried again after waits that grow to five minutes, never two runs at the same moment', () => {
    const mishaps = new RunMishaps();
    const waits = Array.from({ length: 12 }, () => mishaps.note('run-1', 'internal', 1000).nextAtMs - 1000);
    for (const [index, wait] of waits.entries()) {
      const ceiling = Math.min(300_000, 1000 * 2 ** index);
      expect(wait, `wait ${index}`).to.be.within(ceiling / 2, ceiling);
    }
    expect(new Set(waits.slice(9)).size).to.equal(3);
  });

  it('is known with its public text until the run was looked at without it', () => {
    const mishaps = new RunMishaps();
    mishaps.note('run-1', 'storage-unavailable', 1000);
    mishaps.note('run-1', 'storage-unavailable', 3000);
    expect(mishaps.of('run-1')).to.include({ code: 'storage-unavailable', text: 'The disk or the database does not take anything now.', times: 2, sinceMs: 1000 });
    expect(mishaps.of('run-2')).to.equal(undefined);
    expect([mishaps.clear('run-1'), mishaps.clear('run-1'), mishaps.of('run-1')]).to.deep.equal([true, false, undefined]);
  });
});
