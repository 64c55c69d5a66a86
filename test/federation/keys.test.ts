import { generateKeyPairSync } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { accessTokenOf } from '../../cli/access-token.ts';
import { CoordinatorClient } from '../../cli/coordinator-client.ts';
import { everyoneDecided } from '../../cli/study-decision-wait.ts';
import { openCoordinatorFolder } from '../../coordinator/federation/coordinator-folder.ts';
import { Store } from '../../coordinator/store/store.ts';
import { parseConnection } from '../../shared/http-api/connection-file.ts';
import { rosterRecordResource } from '../../shared/http-api/roster-resource.ts';
import { runResource } from '../../shared/http-api/run-resource.ts';
import { studyResource } from '../../shared/http-api/study-resource.ts';
import { signedRosterToJson } from '../../shared/statements/roster-json.ts';
import { signNextRoster } from '../../shared/statements/roster.ts';
import { searchFiles, searchMemory, type Needles } from '../support/byte-search.ts';
import { runCommand } from '../support/command.ts';
import { approveAtSite } from '../support/consent.ts';
import { joinSite } from '../support/federation.ts';
import { patience } from '../support/patience.ts';
import { startProgram } from '../support/program.ts';
import { shortPlan, smallDataSet, smallTable } from '../support/small-study.ts';
import { groupKeyFile, payloadFile } from '../support/sum-witness.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const sites = ['mercy', 'north', 'south'] as const;
const marker = 'A title that stands in the plan and nowhere else';

describe('the group key of a run', () => {
  it('is in the memory and files of member sites, and never in those of the coordinator', async function () {
    if (process.platform !== 'linux') this.skip(); // only there can another process's memory be read as a file
    await using stack = new AsyncDisposableStack();
    const { path } = stack.use(temporaryFolder());
    const coordinatorFolder = join(path, 'coordinator');
    const siteFolder = (site: string) => join(path, site);

    await runCommand('consilium-coordinator', ['init', coordinatorFolder, '--name', 'Test federation', '--host', '127.0.0.1']);
    const free = '127.0.0.1:0';
    const serving = ['serve', coordinatorFolder, '--site-address', free, '--http-address', free, '--metrics-address', free, '--log-level', 'debug'];
    const coordinator = stack.use(await startProgram('consilium-coordinator', serving, join(coordinatorFolder, 'coordinator.log')));
    const folder = await openCoordinatorFolder(coordinatorFolder);
    const store = stack.use(await Store.open(folder.databaseFile));
    for (const site of sites) {
      const port = coordinator.ready['sitePort'] as number;
      await joinSite({ folder, store, port, site, siteFolder: siteFolder(site), dataSet: smallDataSet, table: smallTable(site) });
    }
    const agents = await Promise.all(sites.map((site) => startProgram('consilium-site', ['serve', siteFolder(site)], join(path, `${site}.log`))));
    for (const agent of agents) stack.use(agent);

    const connection = parseConnection('operator.json', await readFile(join(coordinatorFolder, 'operator.json'), 'utf8'));
    const url = `https://127.0.0.1:${coordinator.ready['httpPort'] as number}`;
    const client = new CoordinatorClient({ ...connection, url }, accessTokenOf('operator.json', connection, patience()), patience());
    const plan = shortPlan({ title: marker, rounds: { count: 2, quorum: 3, deadlineSeconds: 60 } });
    const { name: study, planHash } = await client.post('/studies', Buffer.from(JSON.stringify(plan)), studyResource);
    const members = (await store.read.sites.list()).map(({ name, signingKey }) => ({ site: name, signingKey }));
    const roster = signNextRoster(undefined, { federation: folder.federation.id, study, planHash, members }, generateKeyPairSync('ed25519').privateKey);
    const { hash } = await client.post(`/studies/${study}/rosters`, signedRosterToJson(roster), rosterRecordResource);
    await Promise.all(sites.map((site) => approveAtSite(siteFolder(site), { hash, roster })));
    await everyoneDecided(client, plan.study, () => undefined);
    const { id } = await client.post('/runs', { study: plan.study }, runResource);

    let secret: Needles = {};
    let ending = '';
    const unsearched = new Set(['contribution-accepted', 'round-verified']);
    for await (const { event } of client.events(`/runs/${id}/events`)) {
      ending = event;
      if (!unsearched.delete(event)) continue;
      coordinator.freeze();
      secret = slicesOf('key', await readFile(groupKeyFile({ siteFolder }, 'mercy', id)));
      const controls = { plan: Buffer.from(marker), ...slicesOf('ciphertext', await lastContribution(store, coordinatorFolder, `${id}.0`)) };
      const found = (await searchMemory(coordinator.pid, { ...secret, ...controls })).map((place) => place.split(' ')[0]);
      expect(found, `the search finds what is there at ${event}`).to.include.members(['plan', 'ciphertext']);
      expect(found, event).not.to.include('key');
      coordinator.thaw();
      if (unsearched.size === 0) expect(await searchMemory(agents[0]!.pid, secret), 'a member holds the key').not.to.deep.equal([]);
    }
    expect(ending).to.equal('run-completed');
    expect([...unsearched]).to.deep.equal([]);
    expect(await searchFiles(coordinatorFolder, secret), 'files, database and log').to.deep.equal([]);
    expect((await searchFiles(coordinatorFolder, { plan: Buffer.from(marker) })).length, 'the search finds the plan in the database').to.be.greaterThan(0);
  });
});

/** Four pieces of 48 bytes from all over, past the header; their names begin alike. */
function slicesOf(name: string, bytes: Buffer): Needles {
  const starts = [0.2, 0.4, 0.6, 0.8].map((share) => Math.floor((bytes.length * share) / 8) * 8);
  return Object.fromEntries(starts.map((start) => [`${name} at ${start}`, bytes.subarray(start, start + 48)]));
}

async function lastContribution(store: Store, coordinatorFolder: string, round: string): Promise<Buffer> {
  const contributions = await store.read.contributions.list(round);
  return readFile(payloadFile({ coordinatorFolder }, contributions.at(-1)!.digest));
}
