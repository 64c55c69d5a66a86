import { expect } from 'chai';
import { ConsiliumError } from '../../../shared/errors/consilium-error.ts';
import { SeededRandom } from '../../../demo/data/seeded-random.ts';
import { BackOff, reconnectionLimits, retrying } from '../../../site-agent/assignments/back-off.ts';
import { expectError } from '../../support/expect-error.ts';

describe('work that is tried again', () => {
  const unreachable = () => new ConsiliumError('coordinator-unreachable');
  const { signal } = new AbortController();

  it('ends when it succeeds, and every failure before is told', async () => {
    const told: string[] = [];
    let tries = 0;
    const result = await retrying(async () => {
      if (++tries < 3) throw unreachable();
      return 'done';
    }, signal, ({ code }) => told.push(code));
    expect(result).to.equal('done');
    expect(told).to.deep.equal(['coordinator-unreachable', 'coordinator-unreachable']);
  });

  it('is given up at once on an error that does not pass', async () => {
    let tries = 0;
    await expectError('layout-mismatch', retrying(() => {
      tries++;
      return Promise.reject(new ConsiliumError('layout-mismatch'));
    }, signal, () => undefined));
    expect(tries).to.equal(1);
  });

  it('is given up when it is told to stop', async () => {
    const stop = new AbortController();
    let tries = 0;
    await expectError('coordinator-unreachable', retrying(() => {
      tries++;
      return Promise.reject(unreachable());
    }, stop.signal, () => stop.abort()));
    expect(tries).to.equal(2);
  });
});

describe('the wait before the next attempt', () => {
  it('doubles up to a ceiling, and gets short again only after a connection that held as long as that', () => {
    const backOff = new BackOff({ firstMs: 1000, longestMs: 4000 }, () => 0.5);
    const delays = [0, 0, 3999, 3999, 4000, 0, -Infinity].map((heldMs) => {
      backOff.heldFor(heldMs);
      return backOff.nextDelayMs();
    });
    expect(delays).to.deep.equal([500, 1000, 2000, 2000, 500, 1000, 2000]);
  });
});

describe('a hundred sites that lose their coordinator at the same moment', () => {
  const sites = 100;

  /**
   * When each site knocks, in seconds after all have lost their coordinator, which lets nobody in before `backAfter`.
   * @param until how long to look at sites that are let in and dropped again; without it, who is let in stays
   */
  function knocks(seed: string, backAfter: number, until = backAfter): number[] {
    const random = new SeededRandom(seed);
    return Array.from({ length: sites }, () => {
      const backOff = new BackOff(reconnectionLimits, () => random.uniform());
      const times: number[] = [];
      for (let at = backOff.nextDelayMs() / 1000; ; at += backOff.nextDelayMs() / 1000) {
        times.push(at);
        if (at >= until) return times;
      }
    }).flat();
  }

  /** The largest number of knocks within one second, whenever it begins. */
  function mostInASecond(times: readonly number[]): number {
    const sorted = times.toSorted((a, b) => a - b);
    return Math.max(...sorted.map((at, index) => sorted.slice(index).findIndex((later) => later > at + 1)).map((count, index) => (count === -1 ? sorted.length - index : count)));
  }

  const seeds = Array.from({ length: 10 }, (_, seed) => `stampede ${seed}`);
  const share = (backAfter: number): number => Math.max(...seeds.map((seed) => mostInASecond(knocks(seed, backAfter).filter((at) => at >= backAfter)))) / sites;

  it('come back spread out when it is there again at once or soon: no more than three quarters in any second', () => {
    for (const backAfter of [0, 1, 2]) expect(share(backAfter), `after ${backAfter} s`).to.be.at.most(0.75);
  });

  it('come back over half a minute when it was away for longer: no more than a fifth in any second', () => {
    for (const backAfter of [30, 60, 120]) expect(share(backAfter), `after ${backAfter} s`).to.be.at.most(0.2);
  });

  it('are all back within half a minute of its return', () => {
    for (const seed of seeds) for (const backAfter of [0, 5, 60]) expect(Math.max(...knocks(seed, backAfter))).to.be.at.most(backAfter + 30);
  });

  it('do not hammer one that lets them in and drops them: after a minute no more than a fifth in any second', () => {
    for (const seed of seeds) expect(mostInASecond(knocks(seed, 0, 180).filter((at) => at > 60)) / sites).to.be.at.most(0.2);
  });
});
