import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect } from 'chai';
import { PayloadFolder } from '../../coordinator/store/payload-folder.ts';
import { checkDatabase, writeSnapshot } from '../../coordinator/store/snapshot.ts';
import { sha256Hex } from '../../shared/statements/digest.ts';
import { startFederation, type Federation } from '../support/federation.ts';
import { patience } from '../support/patience.ts';
import { noSmallDisk, smallDisk } from '../support/small-disk.ts';
import { smallDataSet, shortPlan, smallTables } from '../support/small-study.ts';
import { payloadFile, SumWitness } from '../support/sum-witness.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const onSmallDisk = noSmallDisk === '' ? it : it.skip;
const because = noSmallDisk === '' ? '' : ` (skipped: ${noSmallDisk})`;
const mebibyte = 2 ** 20;

describe('a full disk', () => {
  for (const [how, leaveBytes] of [['with what the database needs left', mebibyte], ['to its last byte', 0]] as const) {
    onSmallDisk(`of the coordinator, ${how}, is a state that heals: uploads wait, and the run completes with exact sums${because}`, async () => {
      using disk = smallDisk(64);
      await using federation = await startFederation({ dataSet: smallDataSet, tables: smallTables('mercy', 'north', 'south'), coordinatorDisk: disk.path, storage: { minimumFreeMiB: 8 } });
      using witness = new SumWitness(federation, 'mercy');
      const { id } = await federation.start(shortPlan({ rounds: { count: 1, quorum: 3, deadlineSeconds: 600 } }));
      disk.fill(leaveBytes);
      await until(async () => (await metric(federation, 'consilium_disk_full')) === 1);
      const ready = await fetch(`${federation.coordinator.operationsUrl}/readyz`);
      expect([ready.status, await ready.text()]).to.satisfy(([status, text]: [number, string]) => status === 503 && text.includes('the disk is full'));
      await until(async () => (await metric(federation, `consilium_run_stuck{run="${id}"}`)) === 1);
      disk.empty();
      const run = await federation.runEnds(id);
      expect(run.state, run.reason).to.equal('COMPLETED');
      const sums = await witness.sums(id);
      expect(sums.length).to.equal(3);
      for (const { round, part, contributed, opened } of sums) expect(opened, `${round} ${part}`).to.deep.equal(contributed);
      await expectIntact(federation);
      expect((await fetch(`${federation.coordinator.operationsUrl}/readyz`)).status).to.equal(200);
      expect(await metric(federation, 'consilium_disk_full')).to.equal(0);
    });
  }

  onSmallDisk(`of the sites is a state that heals: they wait, and the run completes${because}`, async () => {
    using disk = smallDisk(160);
    await using federation = await startFederation({ dataSet: smallDataSet, tables: smallTables('mercy', 'north', 'south'), siteDisk: disk.path });
    const plan = shortPlan({ rounds: { count: 1, quorum: 3, deadlineSeconds: 600 } });
    await federation.approve(await federation.propose(plan));
    disk.fill(mebibyte);
    const { id } = await federation.coordinator.runs.start(plan.study, 'test');
    const isFull = async (site: string) => (await federation.agent(site).metrics()).includes('\nconsilium_disk_full 1\n');
    await until(async () => (await federation.store.read.rounds.list(id)).length === 1 && (await isFull('mercy')));
    disk.empty();
    const run = await federation.runEnds(id);
    expect(run.state, run.reason).to.equal('COMPLETED');
    expect(await isFull('mercy')).to.equal(false);
  });
});

async function metric({ coordinator }: Federation, name: string): Promise<number> {
  const page = await (await fetch(`${coordinator.operationsUrl}/metrics`)).text();
  return Number(page.split('\n').find((line) => line.startsWith(`${name} `))?.slice(name.length + 1));
}

/** For what no event tells of: a program that waits is silent. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  for (const signal = patience(); !(await holds()); ) await setTimeout(50, undefined, { signal });
}

/** The database is whole, every payload equals its name, and nothing half written lies about. */
async function expectIntact(federation: Federation): Promise<void> {
  using copies = temporaryFolder();
  const copy = join(copies.path, 'copy.sqlite');
  await writeSnapshot(join(federation.coordinatorFolder, 'coordinator.sqlite'), copy);
  checkDatabase(copy);
  const payloads = join(federation.coordinatorFolder, 'payloads');
  for (const { digest } of await new PayloadFolder(payloads).list()) expect(sha256Hex(readFileSync(payloadFile(federation, digest)))).to.equal(digest);
  expect(readdirSync(join(payloads, 'incoming'))).to.deep.equal([]);
}
