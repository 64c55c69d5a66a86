import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startCoordinator, type Coordinator } from '../../coordinator/coordinator.ts';
import { createInvitation } from '../../coordinator/enrolment/invitation.ts';
import { initCoordinator, type CoordinatorFolder } from '../../coordinator/federation/coordinator-folder.ts';
import type { RecordedRoster } from '../../coordinator/rosters/roster-store.ts';
import { hasRunEnded, type Run } from '../../coordinator/runs/run.ts';
import { Store } from '../../coordinator/store/store.ts';
import { systemClock, type Clock } from '../../shared/clock.ts';
import { formatBundle } from '../../shared/enrolment/bundle.ts';
import type { Address } from '../../shared/tls/address.ts';
import { silentLogger, type Logger } from '../../shared/logs/logger.ts';
import { createMetricsRegistry } from '../../shared/operations/metrics-registry.ts';
import type { Approval } from '../../site-agent/consent/person-decisions.ts';
import { joinFederation } from '../../site-agent/identity/join.ts';
import { openSiteFolder } from '../../site-agent/identity/site-folder.ts';
import { AgentMetrics } from '../../site-agent/metrics/agent-metrics.ts';
import type { SiteSettings } from '../../site-agent/settings.ts';
import { SiteAgent, type SiteAgentSettings } from '../../site-agent/site-agent.ts';
import { approveAtSite } from './consent.ts';
import { patience } from './patience.ts';
import { signRosterOf } from './signed-roster.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** A data set for each site: contents of its table by site name, and the name under which studies ask for it. */
export interface FederationOptions {
  readonly dataSet: string;
  readonly tables: Readonly<Record<string, string>>;
  readonly log?: Logger;
  /** Whether the coordinator serves its HTTP API. */
  readonly httpApi?: boolean;
  /** Of the coordinator; the system's unless a test cannot wait for a deadline. */
  readonly clock?: Clock;
  /** Where the coordinator's folder lies; a temporary folder unless the disk matters. */
  readonly coordinatorDisk?: string;
  /** `storage.json` of the coordinator. */
  readonly storage?: object;
  /** Where sites' folders lie. */
  readonly siteDisk?: string;
  /** What is not as usual in all agents. */
  readonly agents?: Pick<SiteAgentSettings, 'clock' | 'renewalCheckMs' | 'progressEveryMs'>;
  /** Called for each site after it has joined and before its agent starts. */
  readonly beforeStart?: (siteFolder: string, site: string) => Promise<void>;
}

export interface Federation extends AsyncDisposable {
  readonly path: string;
  /** Another one after each restart. */
  readonly coordinator: Coordinator;
  /** The coordinator's state, on a connection of its own. */
  readonly store: Store;
  readonly coordinatorFolder: string;
  /** Ed25519, private: signs the rosters of all studies. */
  readonly leadKey: KeyObject;
  siteFolder(site: string): string;
  startAgent(site: string): Promise<TestAgent>;
  agent(site: string): TestAgent;
  /** Stops a site's agent and starts it again with these settings changed. */
  restartAgent(site: string, settings?: Partial<Record<keyof SiteSettings, unknown>>): Promise<TestAgent>;
  /** Stops the coordinator and starts it again on the same folder and port; agents come back by themselves. */
  restartCoordinator(): Promise<void>;
  /** Submits a plan and signs its roster: these sites, or the plan's, or all. */
  propose(plan: { study: string }, members?: readonly string[]): Promise<RecordedRoster>;
  /** Lets a person at every member of a roster pin the others and approve, and waits until the coordinator knows. */
  approve(recorded: RecordedRoster, approval?: Approval): Promise<void>;
  /** Proposes a study, has it approved, and starts a run. */
  start(plan: { study: string }, seed?: number): Promise<Run>;
  /** Starts a run and waits until it ends. */
  run(plan: { study: string }, seed?: number): Promise<Run>;
  runEnds(run: string): Promise<Run>;
}

export interface TestAgent extends AsyncDisposable {
  readonly agent: SiteAgent;
  /** What Prometheus would read. */
  metrics(): Promise<string>;
  /** Rejects when the agent gives up. */
  readonly working: Promise<void>;
}

/**
 * A coordinator and its sites, enrolled and at work, over real gRPC on loopback with real files. Everything runs in this
 * process but the trainers; it goes away with its scope, also when the test fails.
 */
export async function startFederation({ dataSet, tables, log = silentLogger, clock = systemClock, agents: agentSettings = {}, beforeStart, coordinatorDisk, storage = {}, siteDisk, httpApi = false }: FederationOptions): Promise<Federation> {
  await using stack = new AsyncDisposableStack();
  const { path } = stack.use(temporaryFolder());
  const coordinatorFolder = join(coordinatorDisk ?? path, 'coordinator');
  const folder = await initCoordinator(coordinatorFolder, { name: 'Test federation', hosts: [], clock: systemClock });
  await writeFile(join(coordinatorFolder, 'storage.json'), JSON.stringify(storage));
  const free = { host: '127.0.0.1', port: 0 };
  const serve = (siteAddress: Address) => startCoordinator({ folder: coordinatorFolder, siteAddress, operationsAddress: free, log, clock, ...(httpApi && { httpAddress: free }) });
  const leadKey = generateKeyPairSync('ed25519').privateKey;
  let coordinator = await serve(free);
  stack.defer(() => coordinator[Symbol.asyncDispose]());
  const store = stack.use(await Store.open(folder.databaseFile));
  const agents = new Map<string, TestAgent>();
  let resources: AsyncDisposableStack = stack;
  const siteFolder = (site: string) => join(siteDisk ?? path, site);
  const startAgent = async (site: string) => {
    const agent = resources.use(await atWork(siteFolder(site), { log, ...agentSettings }));
    agents.set(site, agent);
    return agent;
  };
  const restartAgent: Federation['restartAgent'] = async (site, settings = {}) => {
    await agents.get(site)?.[Symbol.asyncDispose]();
    await changeSettings(siteFolder(site), settings);
    return startAgent(site);
  };
  for (const [site, table] of Object.entries(tables)) {
    await joinSite({ folder, store, port: coordinator.sitePort, site, siteFolder: siteFolder(site), dataSet, table });
    await beforeStart?.(siteFolder(site), site);
    await startAgent(site);
  }
  const runEnds = async (id: string) => {
    const watching = new AbortController();
    const events = coordinator.events.watch(id, watching.signal);
    const next = events.next();
    try {
      for (let pending = next; ; pending = events.next()) {
        const run = await coordinator.runs.get(id);
        if (hasRunEnded(run)) return run;
        await pending;
      }
    } finally {
      watching.abort();
    }
  };
  const propose: Federation['propose'] = async (plan, members) => {
    await coordinator.studies.submit(Buffer.from(JSON.stringify(plan)), 'test');
    const sites = (await store.read.sites.list()).map(({ name, signingKey }) => ({ site: name, signingKey }));
    const enrolled = sites.filter(({ site }) => members?.includes(site) ?? true);
    return signRosterOf(coordinator, plan.study, { federation: folder.federation.id, enrolled, leadKey });
  };
  const approve: Federation['approve'] = async (recorded, approval) => {
    await Promise.all(recorded.roster.members.map(({ site }) => approveAtSite(siteFolder(site), recorded, approval)));
    await coordinator.decisions.decided(recorded.roster.study, patience());
  };
  const start: Federation['start'] = async (plan, seed) => {
    await approve(await propose(plan));
    return coordinator.runs.start(plan.study, 'test', seed);
  };
  resources = stack.move();
  return {
    path,
    get coordinator() {
      return coordinator;
    },
    store,
    coordinatorFolder,
    leadKey,
    siteFolder,
    startAgent,
    agent: (site) => agents.get(site) as TestAgent,
    restartAgent,
    restartCoordinator: async () => {
      const port = coordinator.sitePort;
      await coordinator[Symbol.asyncDispose]();
      coordinator = await serve({ ...free, port });
    },
    propose,
    approve,
    start,
    run: async (plan, seed) => runEnds((await start(plan, seed)).id),
    runEnds,
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

/** Enrols a site and configures its one data set. */
export async function joinSite(options: {
  folder: CoordinatorFolder;
  store: Store;
  port: number;
  site: string;
  siteFolder: string;
  dataSet: string;
  table: string;
}): Promise<void> {
  const { folder, store, port, site, siteFolder, dataSet, table } = options;
  const address = { host: '127.0.0.1', port };
  const { bundle } = await createInvitation(store, systemClock, { actor: 'test', site, address, fingerprint: folder.authority.fingerprint });
  await joinFederation(siteFolder, formatBundle(bundle), { signal: patience() });
  await writeFile(join(siteFolder, 'data.csv'), table);
  await changeSettings(siteFolder, { engine: 'wasm', dataSets: { [dataSet]: { path: 'data.csv' } } });
}

/** Starts the agent of a site's folder with these settings changed. */
export async function startAgentIn(siteFolder: string, settings: Partial<Record<keyof SiteSettings, unknown>>): Promise<TestAgent> {
  await changeSettings(siteFolder, settings);
  return atWork(siteFolder, { log: silentLogger });
}

async function changeSettings(siteFolder: string, settings: object): Promise<void> {
  const file = join(siteFolder, 'site.json');
  const present = JSON.parse(await readFile(file, 'utf8')) as object;
  await writeFile(file, JSON.stringify({ ...present, ...settings }));
}

async function atWork(siteFolder: string, settings: Pick<SiteAgentSettings, 'log' | 'clock' | 'renewalCheckMs' | 'progressEveryMs'>): Promise<TestAgent> {
  const registry = createMetricsRegistry('site');
  const agent = await SiteAgent.open({ site: openSiteFolder(siteFolder), metrics: new AgentMetrics(registry), ...settings });
  const stop = new AbortController();
  const working = agent.work(stop.signal);
  working.catch(() => undefined);
  return {
    agent,
    metrics: () => registry.metrics(),
    working,
    [Symbol.asyncDispose]: async () => {
      stop.abort();
      await agent[Symbol.asyncDispose]();
    },
  };
}
