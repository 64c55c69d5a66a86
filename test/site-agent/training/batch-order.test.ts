import { expect } from 'chai';
import { BatchOrder } from '../../../site-agent/training/batch-order.ts';

const key = Buffer.alloc(32, 9);

describe('batch order', () => {
  it('passes over every row before it takes one again, across batches that span two passes', () => {
    const order = new BatchOrder(key, 10, 4);
    const rows = Array.from({ length: 5 }, (_, step) => [...order.rows(step)]).flat();
    expect(rows).to.have.lengthOf(20);
    for (const pass of [rows.slice(0, 10), rows.slice(10)]) expect(pass.toSorted((a, b) => a - b)).to.deep.equal([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(rows.slice(0, 10)).not.to.deep.equal(rows.slice(10));
  });

  it('of any step is found without the steps before', () => {
    const running = new BatchOrder(key, 7, 3);
    for (let step = 0; step < 20; step += 1) expect(running.rows(step)).to.deep.equal(new BatchOrder(key, 7, 3).rows(step));
  });

  it('follows from the key', () => {
    expect(new BatchOrder(Buffer.alloc(32, 8), 50, 50).rows(0)).not.to.deep.equal(new BatchOrder(key, 50, 50).rows(0));
  });

  it('makes one batch of fewer rows than a batch has', () => {
    const order = new BatchOrder(key, 3, 8);
    expect(order.rowsPerBatch).to.equal(3);
    expect([...order.rows(4)].toSorted()).to.deep.equal([0, 1, 2]);
  });

  it('gives every row the same chance at every place', () => {
    const counts = [0, 0, 0];
    const order = new BatchOrder(key, 3, 3);
    for (let step = 0; step < 3000; step += 1) counts[order.rows(step)[0] as number]! += 1;
    for (const count of counts) expect(count).to.be.within(900, 1100);
  });
});
