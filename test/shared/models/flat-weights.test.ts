import { expect } from 'chai';
import { concatenateWeights, splitWeights } from '../../../shared/models/flat-weights.ts';

const specs = [
  { name: 'kernel', shape: [2, 2] },
  { name: 'bias', shape: [2] },
  { name: 'scale', shape: [] },
];

describe('flat weights', () => {
  it('are the tensors one after the other', () => {
    const flat = concatenateWeights([Float32Array.of(1, 2, 3, 4), Float32Array.of(5, 6), Float32Array.of(7)]);
    expect([...flat]).to.deep.equal([1, 2, 3, 4, 5, 6, 7]);
    expect(splitWeights(flat, specs).map((tensor) => [...tensor])).to.deep.equal([[1, 2, 3, 4], [5, 6], [7]]);
  });

  it('of another length are refused', () => {
    expect(() => splitWeights(new Float32Array(8), specs)).to.throw(RangeError, 'The model has 7 weights, the vector 8.');
  });
});
