import { expect } from 'chai';
import fc from 'fast-check';
import { TokenBucket } from '../../../site-agent/link/token-bucket.ts';

describe('a bandwidth limit', () => {
  it('holds over every stretch of time: never more than the rate, a quarter of a second saved up, and the last piece', () => {
    const pieces = fc.array(fc.record({ bytes: fc.integer({ min: 1, max: 200_000 }), idleMs: fc.integer({ min: 0, max: 3000 }) }), { minLength: 1, maxLength: 50 });
    fc.assert(
      fc.property(fc.integer({ min: 8192, max: 10_000_000 }), pieces, (bytesPerSecond, sent) => {
        let nowMs = 1_700_000_000_000;
        const bucket = new TokenBucket(bytesPerSecond, { nowMs: () => nowMs });
        const log: { atMs: number; bytes: number }[] = [];
        for (const { bytes, idleMs } of sent) {
          log.push({ atMs: nowMs, bytes });
          nowMs += bucket.spend(bytes) + idleMs;
        }
        for (let from = 0; from < log.length; from++) {
          let total = 0;
          for (let to = from; to < log.length; to++) {
            const seconds = (log[to]!.atMs - log[from]!.atMs) / 1000;
            expect(total).to.be.at.most(bytesPerSecond * (seconds + 0.25) + log[from]!.bytes + 1);
            total += log[to]!.bytes;
          }
        }
      }),
    );
  });

  it('lets everything through that is slower, without a wait', () => {
    let nowMs = 0;
    const bucket = new TokenBucket(100_000, { nowMs: () => nowMs });
    for (let second = 0; second < 20; second++, nowMs += 250) expect(bucket.spend(25_000)).to.equal(0);
  });

  it('uses what it allows: a long transfer takes no longer than its bytes ask for', () => {
    let nowMs = 0;
    const bucket = new TokenBucket(1_000_000, { nowMs: () => nowMs });
    for (let sent = 0; sent < 60_000_000; sent += 16_384) nowMs += bucket.spend(16_384);
    expect(nowMs).to.be.within(59_000, 60_500);
  });

  it('neither stands still nor opens up when the clock is set back', () => {
    let nowMs = 10_000_000;
    const bucket = new TokenBucket(8192, { nowMs: () => nowMs });
    bucket.spend(8192);
    nowMs -= 3_600_000;
    expect(bucket.spend(2048)).to.be.within(900, 1100);
  });
});
