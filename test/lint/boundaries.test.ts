import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { expect } from 'chai';
import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';
import { boundaries } from '../../scripts/lint/boundaries.ts';

const repository = join(import.meta.dirname, '../..');
const violations = join(import.meta.dirname, 'violations');

/** Deliberate violations and the words that their message must hold. */
const caught: [file: string, message: string][] = [
  ['coordinator/rounds/imports-site-agent.ts', 'coordinator/rounds/imports-site-agent.ts may not import site-agent/site-agent.ts. Nothing reaches into a site'],
  ['coordinator/rounds/imports-site-agent-from-javascript.mjs', 'may not import site-agent/site-agent.ts'],
  ['shared/statements/imports-coordinator-by-a-detour.ts', 'may not import coordinator/rounds/rounds.ts. Ask the coordinator over the wire'],
  ['shared/statements/imports-coordinator-dynamically.ts', 'may not import coordinator/rounds/rounds.ts'],
  ['shared/statements/imports-a-computed-name.ts', 'Name the module in a plain string'],
  ['site-agent/training/imports-cli.ts', 'may not import cli/main.ts'],
  ['cli/imports-console.ts', 'may not import console/page.ts'],
  ['coordinator/rounds/imports-store.ts', 'may not import coordinator/store/round-table.ts. Declare the few methods'],
  ['coordinator/rounds/imports-rpc.ts', 'may not import coordinator/rpc/round-handlers.ts'],
  ['coordinator/rounds/imports-http.ts', 'may not import coordinator/http/round-routes.ts'],
  ['coordinator/rounds/imports-metrics.ts', 'may not import coordinator/metrics/round-metrics.ts'],
  ['coordinator/rpc/imports-store.ts', 'may not import coordinator/store/round-table.ts'],
  ['coordinator/rounds/imports-kysely.ts', 'may not import kysely/helpers/sqlite. SQL lives in coordinator/store/'],
  ['coordinator/rounds/imports-sqlite.ts', 'may not import node:sqlite'],
  ['coordinator/rounds/imports-grpc.ts', 'may not import @grpc/grpc-js'],
  ['coordinator/rounds/imports-express.ts', 'may not import express'],
  ['coordinator/rounds/imports-jose.ts', 'may not import jose'],
  ['coordinator/http/imports-openid-client.ts', 'may not import openid-client'],
  ['coordinator/rounds/imports-node-seal.ts', 'may not import node-seal'],
  ['cli/imports-bip39.ts', 'may not import @scure/bip39'],
  ['coordinator/rounds/imports-tensorflow.ts', 'may not import @tensorflow/tfjs-core'],
  ['site-agent/training/imports-hpke.ts', 'may not import @hpke/core'],
  ['site-agent/training/imports-group-key.ts', 'may not import site-agent/encryption/group-key-box.ts'],
  ['site-agent/training/imports-mac-key.ts', 'may not import site-agent/encryption/mac-key.ts'],
  ['site-agent/training/names-mac-key.ts', 'Secret keys have a name only in site-agent/encryption/'],
  ['coordinator/rounds/names-secret-key.ts', 'Secret keys have a name only in site-agent/encryption/'],
  ['coordinator/rounds/names-decryptor-in-brackets.ts', 'Secret keys have a name only in site-agent/encryption/'],
  ['site-agent/rounds/sends-past-the-ledger.ts', 'What derives from patient data leaves through site-agent/egress/ only'],
  ['site-agent/encryption/names-the-upload.ts', 'What derives from patient data leaves through site-agent/egress/ only'],
  ['shared/statements/utils.ts', 'name it after that concept'],
  ['cli/writes-to-the-console.ts', 'Unexpected console statement'],
  ['cli/imports-a-type-as-a-value.ts', 'only used as types'],
];

describe('the lint', () => {
  // The files are linted as if they lay in the repository itself, by its real configuration;
  // they belong to no TypeScript project, so rules that need types are off.
  const eslint = new ESLint({ cwd: repository, overrideConfig: tseslint.configs.disableTypeChecked });

  async function messagesOf(source: string, pretendedPath: string): Promise<string[]> {
    const [result] = await eslint.lintText(readFileSync(join(violations, source), 'utf8'), { filePath: join(repository, pretendedPath) });
    return result!.messages.map(({ message }) => message);
  }

  for (const [file, message] of caught) {
    it(`catches ${file}`, async () => {
      const messages = await messagesOf(file, file);
      expect(messages.join('\n')).to.contain(message);
    });
  }

  it('has a case here for each deliberate violation', async () => {
    const files = await Array.fromAsync(glob('{cli,coordinator,shared,site-agent}/**/*.*', { cwd: violations }));
    expect(caught.map(([file]) => file).concat('cli/drops-a-promise.ts')).to.have.members(files);
  });

  it('has a deliberate violation of each row of the table', () => {
    for (const { modules } of boundaries) {
      const beginnings = modules.map((module) => `may not import ${module.replace(/\*$/, '')}`);
      expect(caught.some(([, message]) => beginnings.some((words) => message.includes(words))), modules.join()).to.equal(true);
    }
  });

  it('catches a promise that nobody awaits', async () => {
    const withTypes = new ESLint({ cwd: repository });
    const source = readFileSync(join(violations, 'cli/drops-a-promise.ts'), 'utf8');
    const [result] = await withTypes.lintText(source, { filePath: join(repository, 'shared/clock.ts') });
    expect(result!.messages.map(({ ruleId }) => ruleId)).to.deep.equal(['@typescript-eslint/no-floating-promises']);
  });

  it('lets pass what the table permits', async () => {
    for (const file of await Array.fromAsync(glob('**/*.ts', { cwd: join(violations, 'permitted') }))) {
      expect(await messagesOf(join('permitted', file), file), file).to.deep.equal([]);
    }
  });
});

describe('the check for import cycles', () => {
  function cruise(folder: string): { code: number; stdout: string } {
    const program = join(repository, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs');
    const config = ['--config', '.dependency-cruiser.cjs', '--exclude', 'node_modules'];
    const { status, stdout } = spawnSync(process.execPath, [program, ...config, relative(repository, join(violations, folder))], { cwd: repository, encoding: 'utf8' });
    return { code: status ?? -1, stdout };
  }

  it('catches two files that import each other', () => {
    const { code, stdout } = cruise('cycle');
    expect(stdout).to.contain('no-circular').and.to.contain('first.ts').and.to.contain('second.ts');
    expect(code).to.be.greaterThan(0);
  });

  it('lets pass files without a cycle', () => {
    expect(cruise('permitted').code).to.equal(0);
  });
});
