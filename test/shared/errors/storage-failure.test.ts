import { DatabaseSync } from 'node:sqlite';
import { expect } from 'chai';
import { storageFailure } from '../../../shared/errors/storage-failure.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { join } from 'node:path';

describe('A failure of the disk or the database', () => {
  it('is told apart from a defect: a locked database and a full disk may pass', () => {
    using folder = temporaryFolder();
    using stack = new DisposableStack();
    const [holder, other] = [0, 1].map(() => stack.adopt(new DatabaseSync(join(folder.path, 'a.sqlite'), { timeout: 0 }), (database) => database.close()));
    holder!.exec('create table t (x); begin immediate');
    const locked = thrownBy(() => other!.exec('begin immediate'));
    expect(storageFailure(locked)?.entry.retryable).to.equal(true);
    expect(storageFailure(Object.assign(new Error('no space'), { code: 'ENOSPC' }))?.code).to.equal('storage-unavailable');
  });

  it('is not what a mistake in a statement or in the code is', () => {
    using stack = new DisposableStack();
    const database = stack.adopt(new DatabaseSync(':memory:'), (opened) => opened.close());
    expect(storageFailure(thrownBy(() => database.exec('select from nothing')))).to.equal(undefined);
    expect(storageFailure(new TypeError('x is not a function'))).to.equal(undefined);
    expect(storageFailure(undefined)).to.equal(undefined);
  });
});

function thrownBy(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}
