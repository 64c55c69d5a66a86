import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { claimDemoFolder } from '../../demo/demo-folder.ts';
import { expectError } from '../support/expect-error.ts';
import { temporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';

describe('the folder of a demonstration', () => {
  let temporary: TemporaryFolder;
  let path: string;
  beforeEach(() => {
    temporary = temporaryFolder();
    path = join(temporary.path, 'demo');
  });
  afterEach(() => temporary[Symbol.dispose]());

  it('is replaced when an earlier demonstration made it', async () => {
    const old = await claimDemoFolder(path);
    await writeFile(old.connection, 'old');
    await old[Symbol.asyncDispose]();
    const folder = await claimDemoFolder(path);
    expect(existsSync(folder.connection)).to.equal(false);
    expect(existsSync(folder.logs)).to.equal(true);
  });

  it('is refused, and untouched, when it holds something else', async () => {
    await mkdir(path);
    await writeFile(join(path, 'thesis.txt'), '');
    await expectError('folder-in-use', claimDemoFolder(path));
    expect(existsSync(join(path, 'thesis.txt'))).to.equal(true);
  });

  it('is refused while another demonstration runs in it', async () => {
    const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    try {
      await claimDemoFolder(path);
      await writeFile(join(path, 'made-by-the-demo.json'), JSON.stringify({ runningAs: other.pid }));
      const error = await expectError('folder-in-use', claimDemoFolder(path));
      expect(error.detail).to.contain(`process ${other.pid}`);
    } finally {
      other.kill();
    }
    await once(other, 'exit');
    await claimDemoFolder(path);
  });
});
