import { readdirSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
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

  it('takes the place of the old one when the contribution is in the lineage', async () => {
    await store.setPending('run-1.2', 'aa', Float32Array.of(0.25));
    expect(await store.current()).to.equal(undefined);
    expect(await store.settle('run-1.3', summed(['bb', 'aa']))).to.equal('kept');
    expect(await store.current()).to.deep.equal(Float32Array.of(0.25));
    await store.setPending('run-1.3', 'cc', Float32Array.of(0.5));
    expect(await store.settle('run-1.4', summed(['cc']))).to.equal('kept');
    expect(await store.current()).to.deep.equal(Float32Array.of(0.5));
  });

  it('is dropped, and the old one stays, when the contribution is not in the lineage', async () => {
    await store.setPending('run-1.2', 'aa', Float32Array.of(0.25));
    await store.settle('run-1.3', summed(['aa']));
    await store.setPending('run-1.3', 'bb', Float32Array.of(0.5));
    expect(await store.settle('run-1.4', summed(['cc']))).to.equal('dropped');
    expect(await store.current()).to.deep.equal(Float32Array.of(0.25));
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
    expect(await store.current()).to.deep.equal(Float32Array.of(0.25));
  });

  it('is settled again after a crash between taking its place and clearing up', async () => {
    await store.setPending('run-1.2', 'aa', Float32Array.of(0.25));
    await rename(join(folder.path, 'pending-residual.aa'), join(folder.path, 'residual'));
    expect(await store.settle('run-1.3', summed(['aa']))).to.equal('kept');
    expect(await store.current()).to.deep.equal(Float32Array.of(0.25));
    expect(readdirSync(folder.path)).to.deep.equal(['residual']);
  });

  it('of a contribution that a crash kept from being sealed makes way for the one made again', async () => {
    await store.setPending('run-1.2', 'aa', Float32Array.of(0.25));
    await writeFile(join(folder.path, 'pending-residual.cc'), Buffer.from(Float32Array.of(9).buffer)); // and then it crashed
    expect(await store.settle('run-1.2', summed([]))).to.equal('nothing pending');
    await store.setPending('run-1.2', 'bb', Float32Array.of(0.75));
    expect(readdirSync(folder.path)).to.have.members(['pending-residual.bb', 'pending.json']);
    expect(await store.settle('run-1.3', summed(['bb']))).to.equal('kept');
    expect(await store.current()).to.deep.equal(Float32Array.of(0.75));
  });

  it('that is there without the word which contribution it belongs to never takes the place of the old one', async () => {
    await store.setPending('run-1.2', 'aa', Float32Array.of(0.25));
    await rename(join(folder.path, 'pending-residual.aa'), join(folder.path, 'pending-residual.dd')); // another one's
    expect(await store.settle('run-1.3', summed(['aa', 'dd']))).to.equal('kept');
    expect(readdirSync(folder.path)).to.deep.equal([]);
  });
});
