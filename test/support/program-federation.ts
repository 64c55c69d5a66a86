import { generateKeyPairSync } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { accessTokenOf } from '../../cli/access-token.ts';
import { CoordinatorClient } from '../../cli/coordinator-client.ts';
import { everyoneDecided } from '../../cli/study-decision-wait.ts';
import type { RecordedAuditEvent } from '../../coordinator/audit/audit-log.ts';
import { openCoordinatorFolder } from '../../coordinator/federation/coordinator-folder.ts';
import { Store } from '../../coordinator/store/store.ts';
import { parseConnection } from '../../shared/http-api/connection-file.ts';
import { runDetailResource, runResource, type RunDetailResource, type RunResource } from '../../shared/http-api/run-resource.ts';
import { rosterListResource, rosterRecordResource } from '../../shared/http-api/roster-resource.ts';
import { studyResource } from '../../shared/http-api/study-resource.ts';
import { signedRosterToJson } from '../../shared/statements/roster-json.ts';
import { signNextRoster } from '../../shared/statements/roster.ts';
import { startCheatingCoordinator, type CheatingCoordinator } from './cheating-coordinator.ts';
import { runCommand } from './command.ts';
import { approveAtSite } from './consent.ts';
import { joinSite } from './federation.ts';
import { LogFile } from './log-file.ts';
import { startProgram, type Program } from './program.ts';
import { smallDataSet, smallTable, type PlanJson } from './small-study.ts';
import { temporaryFolder } from './temporary-folder.ts';

export type Labels = Readonly<Record<string, string>>;

export interface AgentProgram {
  readonly log: LogFile;
  /** The samples of its metrics page that have these labels, added up. */
  metric(name: string, labels?: Labels): Promise<number>;
}

/** A federation in which the coordinator and every agent are processes of their own, and the test stands between them. */
export interface ProgramFederation extends AsyncDisposable {
  readonly path: string;
  readonly coordinatorFolder: string;
  readonly coordinatorLog: LogFile;
  /** Of the real coordinator. */
  readonly sitePort: number;
  readonly httpPort: number;
  readonly cheater: CheatingCoordinator;
  /** Of the data-science team and of operations. */
  readonly client: CoordinatorClient;
  /** The coordinator's state, to read. */
  readonly read: Store['read'];
  siteFolder(site: string): string;
  agent(site: string): AgentProgram;
  /** The same for the coordinator. */
  coordinatorMetric(name: string, labels?: Labels): Promise<number>;
  /** Ends a site's agent; `startAgent` brings it back. */
  stopAgent(site: string): Promise<void>;
  startAgent(site: string): Promise<void>;
  /** Waits until a site's agent ends by itself. */
  agentEnds(site: string): Promise<{ exitCode: number | null }>;
  /** Ends the coordinator and starts it again on the same folder and ports. */
  restartCoordinator(whileAway?: () => Promise<void>): Promise<void>;
  /** Kills the coordinator, and starts another one on the same ports in the folder that is made meanwhile; `read` stays with the old one. */
  replaceCoordinator(makeFolder: () => Promise<string>): Promise<void>;
  /** Submits the plan and a signed roster, unless they are there, and approves at each member as a person does. */
  agree(plan: PlanJson): Promise<void>;
  /** Starts a run of the plan, after all have agreed. */
  start(plan: PlanJson, seed?: number): Promise<string>;
  runEnds(run: string): Promise<RunDetailResource>;
  /** Stops a run for good. */
  stop(run: string): Promise<RunResource>;
  /** Submits a plan, starts a run and waits until it ends. */
  run(plan: PlanJson, seed?: number): Promise<RunDetailResource>;
  auditEvents(action: string, subject?: string): Promise<RecordedAuditEvent[]>;
}

/** @param beforeStart called for each site after it has joined and before its agent starts, with the port of the real coordinator */
export async function startProgramFederation(
  sites: readonly string[],
  { beforeStart }: { beforeStart?: (siteFolder: string, site: string, sitePort: number) => Promise<void> } = {},
): Promise<ProgramFederation> {
  await using stack = new AsyncDisposableStack();
  const { path } = stack.use(temporaryFolder());
  const coordinatorFolder = join(path, 'coordinator');
  const siteFolder = (site: string) => join(path, site);
  await runCommand('consilium-coordinator', ['init', coordinatorFolder, '--name', 'Test federation', '--host', '127.0.0.1']);
  const folder = await openCoordinatorFolder(coordinatorFolder);

  const programs = new Map<string, Program>();
  stack.defer(async () => void (await Promise.all([...programs.values()].map((program) => program[Symbol.asyncDispose]()))));
  const logOf = (program: string) => new LogFile(join(path, `${program}.log`));
  const serve = async (sitePort: number, httpPort: number, servedFolder = coordinatorFolder) => {
    const at = (port: number) => `127.0.0.1:${port}`;
    const args = ['serve', servedFolder, '--site-address', at(sitePort), '--http-address', at(httpPort), '--metrics-address', at(0)];
    const program = await startProgram('consilium-coordinator', args, logOf('coordinator').path);
    programs.set('coordinator', program);
    return program.ready as { sitePort: number; httpPort: number };
  };
  const { sitePort, httpPort } = await serve(0, 0);
  const store = stack.use(await Store.open(folder.databaseFile));
  const cheater = stack.use(await startCheatingCoordinator({ coordinatorFolder, coordinator: { host: '127.0.0.1', port: sitePort }, siteFolder }));
  const startAgent = async (site: string) => {
    programs.set(site, await startProgram('consilium-site', ['serve', siteFolder(site), '--operations-port', '0'], logOf(site).path));
  };
  for (const site of sites) {
    await joinSite({ folder, store, port: cheater.port, site, siteFolder: siteFolder(site), dataSet: smallDataSet, table: smallTable(site) });
    await beforeStart?.(siteFolder(site), site, sitePort);
  }
  await Promise.all(sites.map(startAgent));

  const connection = parseConnection('operator.json', await readFile(join(coordinatorFolder, 'operator.json'), 'utf8'));
  const closing = new AbortController();
  stack.defer(() => closing.abort());
  const accessToken = accessTokenOf('operator.json', connection, closing.signal);
  const client = new CoordinatorClient({ ...connection, url: `https://127.0.0.1:${httpPort}` }, accessToken, closing.signal);
  const runEnds = async (run: string) => {
    for await (const _event of client.events(`/runs/${run}/events`)); // ends with the run
    return client.get(`/runs/${run}`, runDetailResource);
  };
  const metricOf = (program: string, name: string, labels?: Labels) => sampleTotal(String(programs.get(program)?.ready['operationsUrl']), name, labels);
  const leadKey = generateKeyPairSync('ed25519').privateKey;
  const agree = async (plan: PlanJson) => {
    const { planHash } = await client.post('/studies', Buffer.from(JSON.stringify(plan)), studyResource);
    if ((await client.get(`/studies/${plan.study}/rosters`, rosterListResource)).rosters.length > 0) return;
    const enrolled = (await store.read.sites.list()).filter(({ name }) => plan.sites?.includes(name) ?? true);
    const members = enrolled.map(({ name, signingKey }) => ({ site: name, signingKey }));
    const roster = signNextRoster(undefined, { federation: folder.federation.id, study: plan.study, planHash, members }, leadKey);
    const { hash } = await client.post(`/studies/${plan.study}/rosters`, signedRosterToJson(roster), rosterRecordResource);
    await Promise.all(members.map(({ site }) => approveAtSite(siteFolder(site), { hash, roster })));
    await everyoneDecided(client, plan.study, () => undefined);
  };
  const start: ProgramFederation['start'] = async (plan, seed) => {
    await agree(plan);
    return (await client.post('/runs', { study: plan.study, ...(seed !== undefined && { seed }) }, runResource)).id;
  };
  const resources = stack.move();
  return {
    path,
    coordinatorFolder,
    coordinatorLog: logOf('coordinator'),
    sitePort,
    httpPort,
    cheater,
    client,
    read: store.read,
    siteFolder,
    agent: (site) => ({ log: logOf(site), metric: (name, labels) => metricOf(site, name, labels) }),
    coordinatorMetric: (name, labels) => metricOf('coordinator', name, labels),
    stopAgent: async (site) => programs.get(site)?.[Symbol.asyncDispose](),
    startAgent,
    agentEnds: async (site) => ({ exitCode: (await programs.get(site)?.ended) ?? null }),
    restartCoordinator: async (whileAway) => {
      await programs.get('coordinator')?.[Symbol.asyncDispose]();
      await whileAway?.();
      await serve(sitePort, httpPort);
    },
    replaceCoordinator: async (makeFolder) => {
      await programs.get('coordinator')?.kill();
      await serve(sitePort, httpPort, await makeFolder());
    },
    agree,
    start,
    runEnds,
    stop: (run) => client.post(`/runs/${run}/stop`, {}, runResource),
    run: async (plan, seed) => runEnds(await start(plan, seed)),
    auditEvents: async (action, subject) =>
      (await store.read.audit.list(0, 10_000)).filter((event) => event.action === action && (subject === undefined || event.subject === subject)),
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

async function sampleTotal(operationsUrl: string, name: string, labels: Labels = {}): Promise<number> {
  const page = await (await fetch(`${operationsUrl}/metrics`)).text();
  if (!page.includes(`# TYPE ${name} `)) throw new Error(`There is no metric ${name}.`);
  const wanted = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
  const samples = page.split('\n').filter((line) => line.startsWith(`${name} `) || line.startsWith(`${name}{`));
  return samples.filter((line) => wanted.every((label) => line.includes(label))).reduce((total, line) => total + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
}
