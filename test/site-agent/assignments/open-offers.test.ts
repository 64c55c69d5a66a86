import { expect } from 'chai';
import type { Assignment } from '../../../site-agent/assignments/assignment.ts';
import { OpenOffers, roundsClosedBy } from '../../../site-agent/assignments/open-offers.ts';

const offer = (number: number, run = 'run-1') => ({ id: `contribute ${run}.${number}`, kind: 'round', offer: { run, number } }) as unknown as Assignment;
const about = (kind: 'co-signature' | 'decryption', number: number) => ({ id: kind, kind, request: { run: 'run-1', number } }) as unknown as Assignment;

describe('a round has closed', () => {
  for (const [what, work, below] of [
    ['when a later one is offered', offer(4), 4],
    ['when its sum is to be signed', about('co-signature', 4), 5],
    ['when its sum is to be opened', about('decryption', 4), 5],
    ['when the epoch ends after it', { id: 'close', kind: 'epoch-closing', request: { run: 'run-1', next: { round: 5 } } } as unknown as Assignment, 5],
    ['when its run has ended', { id: 'end', kind: 'run-end', run: 'run-1' } as const, Infinity],
  ] as const) {
    it(what, () => expect(roundsClosedBy(work)).to.deep.equal({ run: 'run-1', below }));
  }

  it('not when keys are made', () => {
    expect(roundsClosedBy({ id: 'offer key', kind: 'epoch-key' } as unknown as Assignment)).to.equal(undefined);
  });
});

describe('an offer that a site is at work on', () => {
  const reason = new Error('closed');
  const never = new AbortController().signal;

  it('ends when its round closes, and others go on', async () => {
    const offers = new OpenOffers();
    const ended: string[] = [];
    const atWork = (work: Assignment) => offers.during(work, never, (signal) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      signal.addEventListener('abort', () => {
        ended.push(work.id);
        expect(signal.reason).to.equal(reason);
        resolve();
      });
      return promise;
    });
    const first = atWork(offer(1));
    const [later, other] = [atWork(offer(2)), atWork(offer(1, 'run-2'))];
    offers.close({ run: 'run-1', below: 2 }, reason);
    await first;
    expect(ended).to.deep.equal(['contribute run-1.1']);
    offers.close({ run: 'run-1', below: Infinity }, reason);
    offers.close({ run: 'run-2', below: Infinity }, reason);
    await Promise.all([later, other]);
  });

  it('ends at once when its round closed before its turn came', async () => {
    const offers = new OpenOffers();
    offers.close({ run: 'run-1', below: 3 }, reason);
    const reasonOf = async (number: number) => {
      let found: unknown;
      await offers.during(offer(number), never, async (signal) => void (found = signal.reason));
      return found;
    };
    expect([await reasonOf(2), await reasonOf(3)]).to.deep.equal([reason, undefined]);
  });

  it('ends with its queue as well', async () => {
    const stop = new AbortController();
    stop.abort(reason);
    let found: unknown;
    await new OpenOffers().during(offer(1), stop.signal, async (signal) => void (found = signal.reason));
    expect(found).to.equal(reason);
  });
});
