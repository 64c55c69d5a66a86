import { execFile } from 'node:child_process';
import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { temporaryFolder } from '../support/temporary-folder.ts';

const program = fileURLToPath(new URL('../../bin/consilium-site.ts', import.meta.url));

async function help(cacheHome: string): Promise<string> {
  return (await promisify(execFile)(process.execPath, [program, '--help'], { env: { ...process.env, XDG_CACHE_HOME: cacheHome, NODE_COMPILE_CACHE: undefined } })).stdout;
}

describe('what a program compiled', () => {
  it('is kept for its next start, where only its user can write', async () => {
    using cache = temporaryFolder();
    await help(cache.path);
    const compiled = join(cache.path, 'consilium', 'compiled');
    expect(readdirSync(compiled, { recursive: true }).length).to.be.above(10);
    expect(statSync(compiled).mode & 0o077).to.equal(0);
  });

  it('is not needed: a program starts where nothing can be kept', async () => {
    using cache = temporaryFolder();
    writeFileSync(join(cache.path, 'consilium'), 'no folder');
    expect(await help(cache.path)).to.contain('Usage: consilium-site');
  });
});
