import { generateKeyPairSync } from 'node:crypto';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { z } from 'zod';
import { accessTokenOf } from '../cli/access-token.ts';
import { CoordinatorClient } from '../cli/coordinator-client.ts';
import { downloadWeights } from '../cli/published-model.ts';
import { everyoneDecided } from '../cli/study-decision-wait.ts';
import type { RecordedAuditEvent } from '../coordinator/audit/audit-log.ts';
import { openCoordinatorFolder } from '../coordinator/federation/coordinator-folder.ts';
import { hasRunEnded } from '../coordinator/runs/run.ts';
import { Store } from '../coordinator/store/store.ts';
import { parseConnection } from '../shared/http-api/connection-file.ts';
import { modelVersionListResource } from '../shared/http-api/model-version-resource.ts';
import { rosterRecordResource } from '../shared/http-api/roster-resource.ts';
import { runResource } from '../shared/http-api/run-resource.ts';
import { studyResource } from '../shared/http-api/study-resource.ts';
import { keyFingerprint } from '../shared/statements/key-fingerprint.ts';
import { signedRosterToJson } from '../shared/statements/roster-json.ts';
import { signNextRoster } from '../shared/statements/roster.ts';
import { rawPublicKey } from '../shared/statements/signature.ts';
import { ConsentRecords } from '../site-agent/consent/consent-records.ts';
import { ledgerFilesIn, ledgerFolderOf } from '../site-agent/egress/ledger-files.ts';
import { runCommand } from '../test/support/command.ts';
import { joinSite } from '../test/support/federation.ts';
import type { BenchProgram, BenchPrograms } from './bench-programs.ts';
import type { Departure } from './round-timeline.ts';
import { benchDataSet, planOf, tableOf } from './work-plan.ts';
import type { Work } from './work.ts';

export interface BenchFederationOptions {
  /** Empty, and removed by the caller. */
  readonly path: string;
  readonly programs: BenchPrograms;
  readonly work: Work;
  /** Agents in one process; 1 is what a hospital has. */
  readonly agentsPerProcess?: number;
  /** How many agents of one process work on a model at the same moment; all of them without it. */
  readonly atOnce?: number | undefined;
  readonly signal: AbortSignal;
}

/** A coordinator and its sites, all enrolled, at work, and agreed on one study. */
export interface BenchFederation extends AsyncDisposable {
  readonly sites: readonly string[];
  readonly coordinatorFolder: string;
  readonly siteFolders: readonly string[];
  readonly coordinator: BenchProgram;
  /** Where sites dial in. */
  readonly sitePort: number;
  readonly agents: readonly BenchProgram[];
  /** Ends all processes. */
  end(): Promise<void>;
  /** Starts the coordinator and the sites' real agents at once, all of which have ended; resolves when the coordinator is at work. */
  launch(): Promise<void>;
  /** Starts a run. @returns its name */
  start(): Promise<string>;
  /** Reads the database, so that watching a run costs the coordinator nothing. @throws Error when the run does not complete */
  runEnds(run: string): Promise<void>;
  auditEvents(): Promise<RecordedAuditEvent[]>;
  /** What left the sites, by their ledgers. */
  departures(): Promise<Departure[]>;
  /** Flat weights of a run's first and last version. */
  weights(run: string): Promise<{ initial: Float32Array; final: Float32Array }>;
  /** The coordinator's metrics page. */
  metricsPage(): Promise<string>;
}

const host = '127.0.0.1';
const lookEveryMs = 200;
const coordinatorReady = z.object({ sitePort: z.int(), httpPort: z.int(), operationsUrl: z.url() });
const ledgerLine = z.object({ at: z.iso.datetime(), what: z.string(), round: z.string(), parts: z.array(z.object({ part: z.enum(['update', 'statistics']) })) });

/** Every security default is on: mutual TLS, a signed roster, pinned keys, consent (by policy), the ledger, co-signatures, two decryptors. */
export async function startBenchFederation({ path, programs, work, agentsPerProcess = 1, atOnce, signal }: BenchFederationOptions): Promise<BenchFederation> {
  await using stack = new AsyncDisposableStack();
  const coordinatorFolder = join(path, 'coordinator');
  await runCommand('consilium-coordinator', ['init', coordinatorFolder, '--name', 'Benchmark', '--host', host]);
  const folder = await openCoordinatorFolder(coordinatorFolder);
  const serve = (ports: { sitePort: number; httpPort: number }) => {
    const addresses = ['--site-address', `${host}:${ports.sitePort}`, '--http-address', `${host}:${ports.httpPort}`, '--metrics-address', `${host}:0`];
    return programs.start('coordinator', 'bin/consilium-coordinator.ts', ['serve', coordinatorFolder, ...addresses, '--json'], { profiled: true });
  };
  const coordinator = await serve({ sitePort: 0, httpPort: 0 });
  const { sitePort, httpPort, operationsUrl } = coordinatorReady.parse(coordinator.ready);
  const store = stack.use(await Store.open(folder.databaseFile));

  const sites = Array.from({ length: work.sites }, (_, index) => `site-${index + 1}`);
  const siteFolder = (site: string) => join(path, site);
  const table = tableOf(work);
  for (const site of sites) {
    signal.throwIfAborted();
    await joinSite({ folder, store, port: sitePort, site, siteFolder: siteFolder(site), dataSet: benchDataSet, table });
  }
  const leadKey = generateKeyPairSync('ed25519').privateKey;
  const members = (await store.read.sites.list()).map(({ name, signingKey }) => ({ site: name, signingKey }));
  await letPolicyDecide(sites.map(siteFolder), members, rawPublicKey(leadKey));

  const agentArguments = ['--tensors', JSON.stringify(work.tensors), ...(atOnce === undefined ? [] : ['--at-once', String(atOnce)])];
  const agents = await Promise.all(
    chunked(sites, agentsPerProcess).map((group, index) =>
      programs.start(`agents-${index + 1}`, 'bench/agents-process.ts', [...agentArguments, ...group.map(siteFolder)], { profiled: index === 0 })),
  );
  const connection = parseConnection('operator.json', await readFile(join(coordinatorFolder, 'operator.json'), 'utf8'));
  const closing = new AbortController();
  stack.defer(() => closing.abort());
  const either = AbortSignal.any([closing.signal, signal]);
  const client = new CoordinatorClient({ ...connection, url: `https://${host}:${httpPort}` }, accessTokenOf('operator.json', connection, either), either);

  const plan = planOf(work);
  const { planHash } = await client.post('/studies', Buffer.from(JSON.stringify(plan)), studyResource);
  const roster = signNextRoster(undefined, { federation: folder.federation.id, study: plan.study, planHash, members }, leadKey);
  await client.post(`/studies/${plan.study}/rosters`, signedRosterToJson(roster), rosterRecordResource);
  const { decisions } = await everyoneDecided(client, plan.study, () => undefined);
  const refused = decisions.filter(({ decision }) => decision !== 'approved');
  if (refused.length > 0) throw new Error(`Not approved: ${refused.map(({ site, code }) => `${site} (${code})`).join(', ')}`);

  const resources = stack.move();
  return {
    sites,
    coordinatorFolder,
    siteFolders: sites.map(siteFolder),
    coordinator,
    sitePort,
    agents,
    end: async () => void (await Promise.all([coordinator, ...agents].map(({ name }) => programs.end(name)))),
    launch: async () => {
      const ready = serve({ sitePort, httpPort });
      const atWork = sites.map((site) => programs.start(site, 'bin/consilium-site.ts', ['serve', siteFolder(site), '--json']));
      Promise.all(atWork).catch(() => undefined); // the programs' signal tells
      await ready;
    },
    start: async () => (await client.post('/runs', { study: plan.study }, runResource)).id,
    runEnds: async (run) => {
      for (;;) {
        const found = await store.read.runs.find(run);
        if (found?.state === 'COMPLETED') return;
        if (!found || hasRunEnded(found)) throw new Error(`${run} is ${found?.state}: ${found?.reason}`);
        await setTimeout(lookEveryMs, undefined, { signal: either });
      }
    },
    auditEvents: async () => store.read.audit.list(0, 1_000_000),
    departures: async () => (await Promise.all(sites.map((site) => departuresOf(siteFolder(site))))).flat(),
    weights: async (run) => {
      const { models } = await client.get(`/models?run=${run}`, modelVersionListResource);
      const [first, last] = [models[0]!, models.at(-1)!];
      return { initial: await downloadWeights(client, first), final: await downloadWeights(client, last) };
    },
    metricsPage: async () => (await fetch(`${operationsUrl}/metrics`, { signal: either })).text(),
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

/** Each hospital's policy approves studies of this lead over peers whose keys it has pinned. A pin of the own key is not looked at. */
async function letPolicyDecide(folders: readonly string[], members: readonly { site: string; signingKey: Uint8Array }[], leadKey: Uint8Array): Promise<void> {
  const policy = JSON.stringify({ studies: 'approve-within-limits', leadKeys: [keyFingerprint(leadKey).hex] });
  const pinsOf = (folder: string) => new ConsentRecords(folder).folder.pins('sites');
  const [first, ...others] = folders as [string, ...string[]];
  const { pins } = new ConsentRecords(first);
  for (const { site, signingKey } of members) await pins.pinKey({ site }, signingKey, 'bench');
  for (const folder of others) {
    await mkdir(pinsOf(folder), { recursive: true, mode: 0o700 });
    await cp(pinsOf(first), pinsOf(folder), { recursive: true });
  }
  for (const folder of folders) await writeFile(join(folder, 'policy.json'), policy);
}

async function departuresOf(siteFolder: string): Promise<Departure[]> {
  const lines = (await readFile(ledgerFilesIn(ledgerFolderOf(siteFolder)).lines, 'utf8')).trimEnd().split('\n');
  return lines
    .map((line) => ledgerLine.parse(JSON.parse(line)))
    .filter(({ what }) => what === 'contribution')
    .flatMap(({ at, round, parts }) => parts.map(({ part }) => ({ round, part, atMs: Date.parse(at) })));
}

function chunked<Item>(items: readonly Item[], size: number): Item[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) => items.slice(index * size, (index + 1) * size));
}
