import { expect } from 'chai';
import { trainingKey } from '../../../site-agent/rounds/training-key.ts';

describe('the randomness of a training', () => {
  const secret = new Uint8Array(32).fill(7);
  const first = { run: 'study-1', epoch: 1, round: 'study-1.1', attempt: 1 };

  it('is the same when the training goes on after a restart', () => {
    expect(trainingKey(secret, { ...first })).to.deep.equal(trainingKey(secret, first));
  });

  for (const [name, change] of Object.entries({ run: { run: 'study-2' }, epoch: { epoch: 2 }, round: { round: 'study-1.2' }, attempt: { attempt: 2 } })) {
    it(`is another in another ${name}, whatever has the same name`, () => {
      expect(trainingKey(secret, { ...first, ...change })).not.to.deep.equal(trainingKey(secret, first));
    });
  }
});
