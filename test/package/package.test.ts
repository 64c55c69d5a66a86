import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { expect } from 'chai';
import { packageVersion } from '../../shared/package-version.ts';
import { findOldNode } from '../bin/old-node.ts';

const repository = join(import.meta.dirname, '../..');

/** Command lines of a user who has just installed the package, and what they print. */
const firstSteps: [command: string, args: string[], printed: string][] = [
  ['consilium', ['--version'], packageVersion()],
  ['consilium-coordinator', ['init', '--help'], 'Usage: consilium-coordinator init'],
  ['consilium-site', ['--help'], 'Usage: consilium-site'],
];

/** The environment of a user: without what `npm test` adds for its own scripts. */
const environment = {
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_|^INIT_CWD$|^NODE_OPTIONS$/i.test(name))),
  PATH: (process.env.PATH ?? '').split(delimiter).filter((folder) => !folder.includes('node_modules')).join(delimiter),
};

describe('the package', () => {
  let home: string;

  function run(command: string, args: string[]): { status: number | null; stdout: string; stderr: string } {
    return spawnSync(command, args, { cwd: home, env: environment, encoding: 'utf8' });
  }

  before(() => {
    home = mkdtempSync(join(tmpdir(), 'consilium-package-'));
    const packed = spawnSync('npm', ['pack', '--pack-destination', home], { cwd: repository, encoding: 'utf8' });
    expect(packed.status, packed.stderr).to.equal(0);
    const tarball = readdirSync(home).find((file) => file.endsWith('.tgz'))!;
    const installed = run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', join(home, tarball)]);
    expect(installed.status, installed.stderr).to.equal(0);
  });
  after(() => rmSync(home, { recursive: true, force: true }));

  for (const [command, args, printed] of firstSteps) {
    it(`runs: npx ${command} ${args.join(' ')}`, () => {
      const { status, stdout, stderr } = run('npx', ['--no-install', command, ...args]);
      expect(status, stderr).to.equal(0);
      expect(stdout).to.contain(printed);
    });
  }

  const oldNode = findOldNode();
  (oldNode ? it : it.skip)(`runs where the machine's own Node is older${oldNode ? '' : ' (skipped: none older than 24 is on the PATH)'}`, () => {
    for (const [command, args, printed] of firstSteps) {
      const { status, stdout, stderr } = run(oldNode!, [join(home, 'node_modules/.bin', command), ...args]);
      expect(status, stderr).to.equal(0);
      expect(stdout).to.contain(printed);
    }
  });

  it('holds no sources, tests or data', () => {
    const files = readdirSync(join(home, 'node_modules/consilium'), { recursive: true, encoding: 'utf8' });
    expect(files.filter((file) => /\.(ts|csv|data|tgz)$|(^|\/)(test|demo|bench)\//.test(file))).to.deep.equal([]);
    expect(files).to.include.members(['LICENSE', 'dist/bin/consilium.js', 'dist/proto', 'examples/policy.json']);
  });
});
