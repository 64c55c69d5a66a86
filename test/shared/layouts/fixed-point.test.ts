import { expect } from 'chai';
import fc from 'fast-check';
import { SeededRandom } from '../../../demo/data/seeded-random.ts';
import { encodeFixedPoint, stepOf, type FixedPointOptions } from '../../../shared/layouts/fixed-point.ts';
import type { FixedPointField } from '../../../shared/layouts/vector-layout.ts';
import { laneWidths } from '../../../shared/studies/lanes.ts';
import { expectError } from '../../support/expect-error.ts';

const lanes = laneWidths['16+6'];
const field: FixedPointField = { kind: 'fixed-point', name: 'delta', length: 1, range: 0.5 };
const step = stepOf(field, lanes);
const offset = 2 ** (lanes.valueBits - 1);
const nearest = { errorFeedback: true } as const;

/** What the coordinator reads of one value that was weighted with `share`. */
function decoded(lane: number, share: number): number {
  return ((lane - offset) * step) / share;
}

function encoded(of: FixedPointField, values: ArrayLike<number>, options: FixedPointOptions) {
  const into = { lanes: new Uint32Array(of.length), residual: new Float32Array(of.length) };
  return { ...into, clipped: encodeFixedPoint(of, lanes, values, options, into) };
}

describe('fixed-point encoding', () => {
  it('rounds to the nearest step, and lanes fill exactly the value bits', () => {
    fc.assert(
      fc.property(fc.double({ min: -2, max: 2, noNaN: true }), fc.double({ min: 0.01, max: 1, noNaN: true }), (value, share) => {
        const { lanes: [lane], clipped } = encoded(field, [value], { share, rounding: nearest });
        const kept = Math.min(field.range, Math.max(-field.range, value));
        expect(lane).to.be.within(0, 2 ** lanes.valueBits - 1);
        expect(Math.abs(decoded(lane!, share) - kept)).to.be.at.most(step / share / 2 + 1e-12);
        expect(clipped).to.equal(Math.abs(value) > field.range ? 1 : 0);
      }),
    );
  });

  it('with error feedback is late with small values and loses nothing of them', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -1e-5, max: 1e-5, noNaN: true }), { minLength: 20, maxLength: 60 }), fc.constantFrom(1, 0.25, 0.03125), (values, share) => {
        let residual = new Float32Array(1);
        let sent = 0;
        for (const value of values) {
          const encoding = encoded(field, [value + residual[0]!], { share, rounding: nearest });
          sent += decoded(encoding.lanes[0]!, share);
          residual = encoding.residual;
        }
        const truth = values.reduce((sum, value) => sum + value, 0);
        expect(Math.abs(sent + residual[0]! - truth)).to.be.at.most(values.length * 1e-11);
        expect(Math.abs(residual[0]!)).to.be.at.most((step / share / 2) * 1.0001);
      }),
    );
  });

  it('never carries clipped-off value into the next round', () => {
    const encoding = encoded(field, [3], { share: 1, rounding: nearest });
    expect(decoded(encoding.lanes[0]!, 1)).to.equal(field.range);
    expect(encoding.clipped).to.equal(1);
    expect(encoding.residual[0]).to.equal(0);
  });

  it('clips a value with the rounding error that was added to it', () => {
    const encoding = encoded(field, [field.range + 0.1], { share: 1, rounding: nearest });
    expect(encoding.clipped).to.equal(1);
    expect(encoding.lanes[0]).to.be.at.most(2 ** lanes.valueBits - 1);
  });

  it('without error feedback rounds up as often as the fraction says, and keeps no residual', () => {
    const random = new SeededRandom('stochastic rounding');
    const length = 40_000;
    const value = 10.3 * step;
    const options = { share: 1, rounding: { errorFeedback: false, uniform: () => random.uniform() } } as const;
    const { lanes: drawn, residual } = encoded({ ...field, length }, new Array<number>(length).fill(value), options);
    const mean = drawn.reduce((sum, lane) => sum + lane - offset, 0) / length;
    const standardError = Math.sqrt((0.3 * 0.7) / length);
    expect(Math.abs(mean - 10.3)).to.be.at.most(4 * standardError);
    expect(new Set(drawn)).to.deep.equal(new Set([offset + 10, offset + 11]));
    expect(residual.every((error) => error === 0)).to.equal(true);
  });

  it('without error feedback stays inside the lane at both ends of the range', () => {
    const rounding = { errorFeedback: false, uniform: () => 0.999_999 } as const;
    const { lanes: ends } = encoded({ ...field, length: 2 }, [-1, 1], { share: 1, rounding });
    expect([...ends]).to.deep.equal([1, 2 ** lanes.valueBits - 1]);
  });

  for (const value of [NaN, Infinity, -Infinity]) {
    it(`refuses ${value}`, async () => {
      await expectError('value-out-of-range', () => encoded(field, [value], { share: 1, rounding: nearest }));
    });
  }
});
