import { join } from 'node:path';
import { pinData } from '../../../site-agent/runs/data-pin.ts';
import { expectError } from '../../support/expect-error.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

describe('the data of a run', () => {
  it('is pinned at first use: with other files the site does not go on', async () => {
    using folder = temporaryFolder();
    const file = join(folder.path, 'run-1', 'data-snapshot');
    await pinData(file, 'a'.repeat(64));
    await pinData(file, 'a'.repeat(64));
    await expectError('data-changed', pinData(file, 'b'.repeat(64)));
  });
});
