import { expect } from 'chai';
import { decodeSum, VectorEncoding, withCounts } from '../../../shared/layouts/vector-encoding.ts';
import { laneCount, layoutFingerprint, type VectorLayout } from '../../../shared/layouts/vector-layout.ts';
import { laneWidths } from '../../../shared/studies/lanes.ts';
import { expectError } from '../../support/expect-error.ts';

const layout: VectorLayout = {
  part: 'update',
  lanes: laneWidths['16+6'],
  fields: [
    { kind: 'fixed-point', name: 'delta', length: 3, range: 1 },
    { kind: 'count', name: 'rows', length: 1, maximum: 100_000 },
  ],
};
const exact = { share: 1, rounding: { errorFeedback: true } } as const;

describe('a vector', () => {
  it('takes the lanes of its fields one after the other, and its sum comes back by field', () => {
    const vectors = [{ delta: [1, -1, 0], rows: [70_000] }, { delta: [1, 0.5, 0], rows: [65_536] }];
    const sum = new Uint32Array(laneCount(layout));
    for (const values of vectors) new VectorEncoding(layout, values, exact).take(5).forEach((lane, index) => (sum[index]! += lane));
    expect(sum).to.have.length(5);
    const { steps, counts } = decodeSum(layout, sum, 2);
    const { lanes, offset } = steps['delta']!;
    expect([...lanes].map((lane) => lane - offset)).to.deep.equal([2 * 32_767, -32_767 + 16_384, 0]);
    expect(counts['rows']).to.deep.equal([135_536n]);
  });

  it('is the same however few lanes are taken at a time, and when its rounding errors take the place of its values', () => {
    for (const rounding of [{ errorFeedback: true }, { errorFeedback: false, uniform: () => 0.3 }] as const) {
      for (const count of [1, 2, 3, 4, 100]) {
        const values = () => ({ delta: Float32Array.of(0.123_456, -2, 0.7), rows: [70_000] });
        const options = { share: 0.5, rounding };
        const whole = new VectorEncoding(layout, values(), options);
        const lanes = whole.take(whole.length);
        const { delta, rows } = values();
        const inParts = new VectorEncoding(layout, { delta, rows }, { ...options, residualInto: delta });
        const taken: number[] = [];
        for (let next = inParts.take(count); next.length > 0; next = inParts.take(count)) taken.push(...next);
        expect([taken, inParts.clipped]).to.deep.equal([[...lanes], 1]);
        expect(delta).to.deep.equal(whole.residual);
      }
    }
  });

  it('can end with how many of its values were clipped', () => {
    const counted = new VectorEncoding(layout, { delta: [2, 0, -3] }, { ...exact, clippedField: 'rows' });
    expect([...counted.take(3)]).to.have.length(3);
    expect([...counted.take(2)]).to.deep.equal([2, 0]);
  });

  it('whose sum is written again with other counts has these, and all else as it was', () => {
    const vectors = [{ delta: [1, -1, 0], rows: [70_000] }, { delta: [1, 0.5, 0], rows: [65_536] }];
    const sum = new Uint32Array(laneCount(layout));
    for (const values of vectors) new VectorEncoding(layout, values, exact).take(5).forEach((lane, index) => (sum[index]! += lane));
    const before = sum.slice();
    const { steps, counts } = decodeSum(layout, withCounts(layout, sum, 2, { rows: [200_000n] }), 2);
    expect(counts['rows']).to.deep.equal([200_000n]);
    expect([...steps['delta']!.lanes]).to.deep.equal([...sum.subarray(0, 3)]);
    expect(sum).to.deep.equal(before);
  });

  it('whose values have another number than the layout is refused', async () => {
    await expectError('layout-mismatch', () => new VectorEncoding(layout, { delta: [1, 2], rows: [1] }, exact));
    await expectError('layout-mismatch', () => new VectorEncoding(layout, { delta: [1, 2, 3] }, exact));
  });

  it('whose sum is larger than its contributors can make it is refused', async () => {
    const sum = new Uint32Array(laneCount(layout)).fill(2 * 65_535);
    expect(() => decodeSum(layout, sum, 2)).not.to.throw();
    sum[1]!++;
    await expectError('sum-out-of-range', () => decodeSum(layout, sum, 2));
    await expectError('layout-mismatch', () => decodeSum(layout, sum.slice(1), 2));
  });
});

describe('a sum over more sites than the lanes have head-room for', () => {
  it('is refused, whatever it says', async () => {
    const narrow = { ...layout, lanes: laneWidths['16+3'] };
    const sum = new Uint32Array(laneCount(narrow));
    expect(() => decodeSum(narrow, sum, 8)).not.to.throw();
    await expectError('head-room-exceeded', () => decodeSum(narrow, sum, 9));
  });
});

describe('the fingerprint of a layout', () => {
  const [delta, rows] = layout.fields as [VectorLayout['fields'][number], VectorLayout['fields'][number]];
  const others: [difference: string, other: VectorLayout][] = [
    ['part', { ...layout, part: 'statistics' }],
    ['lanes', { ...layout, lanes: laneWidths['14+8'] }],
    ['order of fields', { ...layout, fields: [rows, delta] }],
    ['name', { ...layout, fields: [{ ...delta, name: 'delta2' }, rows] }],
    ['length', { ...layout, fields: [{ ...delta, length: 4 }, rows] }],
    ['range', { ...layout, fields: [{ ...delta, range: 1 + 2 ** -50 } as typeof delta, rows] }],
    ['maximum', { ...layout, fields: [delta, { ...rows, maximum: 100_001 } as typeof rows] }],
  ];
  for (const [difference, other] of others) {
    it(`differs with another ${difference}`, () => expect(layoutFingerprint(other)).not.to.equal(layoutFingerprint(layout)));
  }

  it('is the same for the same layout', () => {
    expect(layoutFingerprint(structuredClone(layout))).to.equal(layoutFingerprint(layout));
  });
});
