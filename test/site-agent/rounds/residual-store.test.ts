import { readdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { ResidualStore } from '../../../site-agent/rounds/residual-store.ts';
import { temporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.ts';

describe('the rounding error of a contribution', () => {
  let folder: TemporaryFolder;
  let store: ResidualStore;
  beforeEach(() => {
    folder = temporaryFolder();
    store = new ResidualStore(folder.path);
  });
  afterEach(() => folder[Symbol.dispose]());
  const summed = (digests: string[]) => async () => digests;
  const current = async (length = 1) => {
    const values = new Float32Array(length);
    await store.addTo(values);
    return values;
  };

  it('takes the place of the old one when the contribution is in the lineage', async () => {
    await store.setPending('run-1.2', 'aa', Float32Array.of(0.25));
    expect(await current()).to.deep.equal(Float32Array.of(0));
    expect(await store.settle('run-1.3', summed(['bb', 'aa']))).to.equal('kept');
    expect(await current()).to.deep.equal(Float32Array.of(0.25));
    await store.setPending('run-1.3', 'cc', Float32Array.of(0.5));
    expect(await store.settle('run-1.4', summed(['cc']))).to.equal('kept');
    expect(await current()).to.deep.equal(Float32Array.of(0.5));
  });

  it('is added to the next values one by one, however many there are, and to no other number of them', async () => {
    const errors = Float32Array.from({ length: 200_001 }, (_, index) => index / 8);
    await store.setPending('run-1.2', 'aa', errors);
    await store.settle('run-1.3', summed(['aa']));
    const values = new Float32Array(errors.length).fill(0.5);
    await store.addTo(values);
    expect(values).to.deep.equal(errors.map((error) => error + 0.5));
    expect(await store.addTo(new Float32Array(7)).catch((error: Error) => error.name)).to.equal('RangeError');
    expect(await store.addTo(new Float32Array(errors.length + 1)).catch((error: Error) => error.name)).to.equal('RangeError');
  });

  it('is dropped, and the old one stays, when the contribution is not in the lineage', async () => {
    await store.setPending('run-1.2', 'aa', Float32Array.of(0.25));
    await store.settle('run-1.3', summed(['aa']));
    await store.setPending('run-1.3', 'bb', Float32Array.of(0.5));
    expect(await store.settle('run-1.4', summed(['cc']))).to.equal('dropped');
    expect(await current()).to.deep.equal(Float32Array.of(0.25));
  });

  it('is not settled by the round that it belongs to', async () => {
    await store.setPending('run-1.2', 'aa', Float32Array.of(0.25));
    expect(await store.settle('run-1.2', summed([]))).to.equal('nothing pending');
    expect(await store.settle('run-1.3', summed(['aa']))).to.equal('kept');
  });

  it('is settled once', async () => {
    await store.setPending('run-1.2', 'aa', Float32Array.of(0.25));
    await store.settle('run-1.3', summed(['aa']));
    expect(await store.settle('run-1.3', summed(['aa']))).to.equal('nothing pending');
    expect(await store.settle('run-1.4', summed([]))).to.equal('nothing pending');
    expect(await current()).to.deep.equal(Float32Array.of(0.25));
  });

  it('of a contribution that a crash kept from being sealed makes way for the one made again', async () => {
    await store.setPending('run-1.2', 'aa', Float32Array.of(0.25)); // and then it crashed
    expect(await store.settle('run-1.2', summed([]))).to.equal('nothing pending');
    await store.setPending('run-1.2', 'bb', Float32Array.of(0.75));
    expect(readdirSync(folder.path)).to.deep.equal(['pending-residual.run-1.2.bb']);
    expect(await store.settle('run-1.3', summed(['bb']))).to.equal('kept');
    expect(await current()).to.deep.equal(Float32Array.of(0.75));
  });

  it('is told from one that was never sealed by the lineage, where a crash left both', async () => {
    await store.setPending('run-1.2', 'bb', Float32Array.of(0.75));
    await writeFile(join(folder.path, 'pending-residual.run-1.2.aa'), Buffer.from(Float32Array.of(9).buffer));
    expect(await store.settle('run-1.3', summed(['bb']))).to.equal('kept');
    expect(readdirSync(folder.path)).to.deep.equal(['residual']);
    expect(await current()).to.deep.equal(Float32Array.of(0.75));
  });
});
