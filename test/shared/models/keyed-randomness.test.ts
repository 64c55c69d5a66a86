import { expect } from 'chai';
import { keyedRandomness, withRandomness } from '../../../shared/models/keyed-randomness.ts';

const key = Buffer.alloc(32, 1);

function draws(count: number, ...source: Parameters<typeof keyedRandomness>): number[] {
  const random = keyedRandomness(...source);
  return Array.from({ length: count }, random);
}

describe('keyed randomness', () => {
  it('is the same for the same key, purpose and counter', () => {
    expect(draws(2000, key, 'a', 3)).to.deep.equal(draws(2000, key, 'a', 3));
  });

  it('differs when key, purpose or counter differ', () => {
    const first = [draws(1, key, 'a', 3), draws(1, Buffer.alloc(32, 2), 'a', 3), draws(1, key, 'b', 3), draws(1, key, 'a', 4)];
    expect(new Set(first.flat())).to.have.lengthOf(4);
  });

  it('is spread evenly over [0, 1)', () => {
    const numbers = draws(20_000, key, 'spread', 0);
    expect(numbers.every((number) => number >= 0 && number < 1)).to.equal(true);
    const tenths = Array.from({ length: 10 }, (_, tenth) => numbers.filter((number) => Math.floor(number * 10) === tenth).length);
    for (const count of tenths) expect(count).to.be.within(1800, 2200);
  });

  it('takes the place of Math.random during the action only, also when it fails', () => {
    const platform = Math.random;
    expect(withRandomness(() => 0.25, () => Math.random())).to.equal(0.25);
    expect(() => withRandomness(() => 0.25, () => { throw new Error('no'); })).to.throw('no');
    expect(Math.random).to.equal(platform);
  });
});
