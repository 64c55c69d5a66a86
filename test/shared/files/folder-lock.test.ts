import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect } from 'chai';
import { lockFolder } from '../../../shared/files/folder-lock.ts';
import { expectError } from '../../support/expect-error.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

describe('A folder', () => {
  it('belongs to one process at a time, and is free again when the process was killed', async () => {
    using folder = temporaryFolder();
    const module = new URL('../../../shared/files/folder-lock.ts', import.meta.url).href;
    const script = `const { lockFolder } = await import(${JSON.stringify(module)}); lockFolder(${JSON.stringify(folder.path)}); console.log('locked'); setInterval(() => {}, 1e6);`;
    const holder = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    try {
      await once(holder.stdout, 'data');
      await expectError('folder-locked', () => lockFolder(folder.path));
    } finally {
      holder.kill('SIGKILL');
      await once(holder, 'exit');
    }
    using _lock = lockFolder(folder.path);
  });

  it('is free again when its lock is given back', async () => {
    using folder = temporaryFolder();
    const lock = lockFolder(folder.path);
    await expectError('folder-locked', () => lockFolder(folder.path));
    lock[Symbol.dispose]();
    expect(() => lockFolder(folder.path)[Symbol.dispose]()).not.to.throw();
  });
});
