import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { payloadPath } from '../../coordinator/backup/backup-contents.ts';
import { openCoordinatorFolder } from '../../coordinator/federation/coordinator-folder.ts';
import { formatConnection, parseConnection } from '../../shared/http-api/connection-file.ts';
import { runDetailResource } from '../../shared/http-api/run-resource.ts';
import { Store } from '../../coordinator/store/store.ts';
import { namesIfThere } from '../../shared/files/durable-file.ts';
import { runCommand } from '../support/command.ts';
import { startProgramFederation, type ProgramFederation } from '../support/program-federation.ts';
import { shortPlan } from '../support/small-study.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const sites = ['mercy', 'north', 'south'];

describe('a coordinator that is killed and restored from a backup, and its sites', () => {
  let federation: ProgramFederation;
  let restored = '';
  let first = '';
  before(async () => {
    federation = await startProgramFederation(sites);
  });
  after(() => federation?.[Symbol.asyncDispose]());

  const inPath = (name: string) => join(federation.path, name);
  const oneRound = { count: 1, quorum: 3, deadlineSeconds: 60 };

  async function command(...args: string[]) {
    const { exitCode, stdout, stderr } = await runCommand('consilium-coordinator', [...args, '--json']);
    expect(exitCode, stderr).to.equal(0);
    return JSON.parse(stdout) as Record<string, unknown>;
  }
  async function restore(backup: string, folder: string): Promise<void> {
    await federation.replaceCoordinator(async () => {
      await command('restore', '--from', inPath(backup), '--to', inPath(folder));
      return inPath(folder);
    });
    restored = inPath(folder);
  }
  /** Waits for an event of a run; a round counts when it is this one or a later one. */
  async function event(run: string, name: string, round = 0): Promise<void> {
    for await (const { event: happened, data } of federation.client.events(`/runs/${run}/events`)) {
      if (happened === name && (data as { round: number }).round >= round) return;
    }
    throw new Error(`${run} ended before ${name}.`);
  }
  /** Waits until a round has all contributions but one site's. */
  async function othersAreIn(run: string): Promise<void> {
    for await (const _event of federation.client.events(`/runs/${run}/events`)) {
      const last = (await federation.client.get(`/runs/${run}`, runDetailResource)).rounds.at(-1);
      if (last?.endedAt === null && last.contributors.length === sites.length - 1) return;
    }
    throw new Error(`${run} ended.`);
  }
  const store = async () => Store.open((await openCoordinatorFolder(restored)).databaseFile);

  let takenAt = '';

  it('go on with a run of which nothing was lost', async () => {
    first = await federation.start(shortPlan({ study: 'first', rounds: { count: 6, quorum: 3, deadlineSeconds: 60 } }));
    await event(first, 'round-opened', 0);
    await federation.stopAgent('south');
    await othersAreIn(first);
    const backup = await command('backup', federation.coordinatorFolder, '--to', inPath('backup'));
    takenAt = String(backup['takenAt']);
    await restore('backup', 'restored');
    await federation.startAgent('south');
    await event(first, 'round-opened', 2);
  });

  it('fail a run in which the sites are ahead, say why, and complete the next one', async () => {
    await restore('backup', 'restored-again');
    const failed = await federation.runEnds(first);
    expect(failed.state).to.equal('FAILED');
    expect(failed.reason).to.contain(`The coordinator was restored from a backup of ${takenAt} while the run was under way`);
    await federation.agent('south').log.find(({ code }) => code === 'coordinator-restored');
    const next = await federation.run(shortPlan({ study: 'first-again', rounds: oneRound }));
    expect(next.state, next.reason).to.equal('COMPLETED');
    expect(next.id).to.match(/^first-again-1-r[0-9a-z]+$/);
  });

  it('leave an audit log, evidence and ledgers that verify', async () => {
    const connection = parseConnection('operator.json', readFileSync(join(restored, 'operator.json'), 'utf8'));
    const connectionFile = inPath('connection.json');
    writeFileSync(connectionFile, formatConnection({ ...connection, url: `https://127.0.0.1:${federation.httpPort}` }), { mode: 0o600 });
    const consilium = (...args: string[]) => runCommand('consilium', args, { CONSILIUM_CONNECTION: connectionFile });
    await using opened = await store();
    for (const { id } of await opened.read.runs.list()) {
      const evidence = await consilium('run', 'evidence', id, '--output', inPath(`evidence-${id}`));
      expect(evidence.exitCode, `${evidence.stdout}${evidence.stderr}`).to.equal(0);
    }
    const audit = await consilium('audit', 'verify');
    expect(audit.exitCode, audit.stderr).to.equal(0);
    const ledger = await runCommand('consilium-site', ['ledger', 'verify', federation.siteFolder('mercy'), '--online']);
    expect(ledger.exitCode, ledger.stderr).to.equal(0);
  });

  it('erase the keys of runs that only the lost coordinator knew, also when the same backup is restored twice', async () => {
    const plan = shortPlan({ study: 'second', rounds: oneRound });
    const lost = await federation.start(plan);
    await event(lost, 'round-opened');
    await restore('backup', 'restored-once-more');
    const next = await federation.run(plan);
    expect(next.state, next.reason).to.equal('COMPLETED');
    expect(next.id).not.to.equal(lost);
    for (const site of sites) expect(namesIfThere(join(federation.siteFolder(site), 'state', 'keys')), site).not.to.include(lost);
  });

  const contentsOf = async (file: string) => JSON.parse(await readFile(file, 'utf8')) as { payloads: { digest: string }[]; auditHead: { sequence: number } };
  const damages: readonly [what: string, damage: (backup: string) => Promise<unknown>][] = [
    ['a payload with another byte', async (backup) => flipByte(payloadIn(backup, (await contentsOf(join(backup, 'backup.json'))).payloads[0]!.digest))],
    ['a payload less', async (backup) => rm(payloadIn(backup, (await contentsOf(join(backup, 'backup.json'))).payloads[0]!.digest))],
    ['a payload less that it does not count either', async (backup) => rewrite(backup, (contents) => ({ ...contents, payloads: contents.payloads.slice(1) }))],
    ['a database with another byte', (backup) => flipByte(join(backup, 'coordinator', 'coordinator.sqlite'))],
    ['another end of the audit log', (backup) => rewrite(backup, (contents) => ({ ...contents, auditHead: { ...contents.auditHead, sequence: contents.auditHead.sequence - 1 } }))],
    ['no list of what it holds', (backup) => rm(join(backup, 'backup.json'))],
  ];
  const rewrite = async (backup: string, change: (contents: Awaited<ReturnType<typeof contentsOf>>) => object) => {
    const file = join(backup, 'backup.json');
    await writeFile(file, JSON.stringify(change(await contentsOf(file))));
  };
  for (const [what, damage] of damages) {
    it(`are not restored from one with ${what}, and nothing is left of the attempt`, async () => {
      using copies = temporaryFolder();
      const [copy, target] = [join(copies.path, 'backup'), join(copies.path, 'target')];
      await cp(inPath('backup'), copy, { recursive: true });
      await damage(copy);
      const { exitCode, stderr } = await runCommand('consilium-coordinator', ['restore', '--from', copy, '--to', target, '--json']);
      expect([exitCode, stderr]).to.satisfy(([code, text]: [number, string]) => code !== 0 && text.includes('backup-damaged'));
      expect(existsSync(target)).to.equal(false);
    });
  }

  it('are not restored into a folder that holds something, which stays as it is', async () => {
    using target = temporaryFolder();
    await writeFile(join(target.path, 'notes.txt'), 'keep me');
    const { exitCode, stderr } = await runCommand('consilium-coordinator', ['restore', '--from', inPath('backup'), '--to', target.path, '--json']);
    expect([exitCode, stderr]).to.satisfy(([code, text]: [number, string]) => code !== 0 && text.includes('folder-in-use'));
    expect(namesIfThere(target.path)).to.deep.equal(['notes.txt']);
  });
});

function payloadIn(backup: string, digest: string): string {
  return join(backup, 'coordinator', payloadPath(digest));
}

async function flipByte(file: string): Promise<void> {
  const bytes = await readFile(file);
  bytes[bytes.length >> 1]! ^= 1;
  await writeFile(file, bytes);
}
