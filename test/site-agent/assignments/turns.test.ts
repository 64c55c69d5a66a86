import { expect } from 'chai';
import { Turns } from '../../../site-agent/assignments/turns.ts';

describe('Work in turns', () => {
  it('is done one piece after the other within a queue, and side by side between queues', async () => {
    const turns = new Turns();
    const told: string[] = [];
    const other = Promise.withResolvers<void>();
    turns.take('run-1', 'a', async () => {
      await other.promise;
      told.push('a');
    });
    turns.take('run-1', 'b', async () => void told.push('b'));
    turns.take('run-2', 'c', async () => {
      told.push('c');
      other.resolve();
    });
    await turns.settled();
    expect(told).to.deep.equal(['c', 'a', 'b']);
  });

  it('is not taken twice while it is under way, and again afterwards', async () => {
    const turns = new Turns();
    let times = 0;
    const work = async () => void (times += 1);
    turns.take('run-1', 'a', work);
    turns.take('run-1', 'a', work);
    await turns.settled();
    turns.take('run-1', 'a', work);
    await turns.settled();
    expect(times).to.equal(2);
  });

  it('is told when its queue is cut off, and what is taken later is not', async () => {
    const turns = new Turns();
    const reasons: unknown[] = [];
    const work = async (cutOff: AbortSignal) => void reasons.push(cutOff.reason);
    const started = Promise.withResolvers<void>();
    turns.take('run-1', 'a', async (cutOff) => {
      started.resolve();
      await new Promise((resolve) => cutOff.addEventListener('abort', resolve));
      reasons.push(cutOff.reason);
    });
    turns.take('run-1', 'b', work);
    await started.promise;
    const reason = new Error('withdrawn');
    turns.cutOff('run-1', reason);
    turns.take('run-1', 'c', work);
    await turns.settled();
    expect(reasons).to.deep.equal([reason, reason, undefined]);
  });
});
