import { generateKeyPairSync } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { accessTokenOf } from '../../cli/access-token.ts';
import { verifyAuditLog } from '../../cli/audit-verification.ts';
import { CoordinatorClient } from '../../cli/coordinator-client.ts';
import { everyoneDecided } from '../../cli/study-decision-wait.ts';
import { Access } from '../../coordinator/access/access.ts';
import { localOperator } from '../../coordinator/access/caller.ts';
import { initCoordinator } from '../../coordinator/federation/coordinator-folder.ts';
import { RunEvents } from '../../coordinator/runs/run-events.ts';
import { Store } from '../../coordinator/store/store.ts';
import { roleNames, type Role } from '../../shared/access/role.ts';
import { systemClock } from '../../shared/clock.ts';
import { rosterRecordResource } from '../../shared/http-api/roster-resource.ts';
import { runDetailResource, runResource } from '../../shared/http-api/run-resource.ts';
import { siteResource } from '../../shared/http-api/site-resource.ts';
import { studyResource } from '../../shared/http-api/study-resource.ts';
import { signedRosterToJson } from '../../shared/statements/roster-json.ts';
import { signNextRoster } from '../../shared/statements/roster.ts';
import { openSiteFolder } from '../../site-agent/identity/site-folder.ts';
import type { ClientIdentity } from '../../site-agent/link/channel-identity.ts';
import { approveAtSite } from '../support/consent.ts';
import { joinSite } from '../support/federation.ts';
import { startSmallAgent } from '../support/small-agent.ts';
import { smallDataSet, smallPlan, smallTable } from '../support/small-study.ts';
import { SumWitness } from '../support/sum-witness.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { startFuzzedCoordinator, type FuzzedCoordinator } from './fuzzed-coordinator.ts';
import type { Names } from './value-mutation.ts';

/** Who sends hostile messages over gRPC. */
export const rpcCallers = ['outsider', 'member', 'revoked', 'stranger'] as const;
export type RpcCaller = (typeof rpcCallers)[number];
/** Who sends them over HTTP. */
export const httpCallers = [...roleNames, 'unknown', 'nobody'] as const;
export type HttpCaller = (typeof httpCallers)[number];

/** What must not have changed when the fuzzer is done. */
export interface RunState {
  readonly state: string;
  readonly rounds: readonly string[];
  readonly sites: readonly string[];
  readonly payloads: number;
  readonly incoming: number;
}

export interface FuzzedFederation extends AsyncDisposable {
  readonly coordinator: FuzzedCoordinator;
  /** PEM. */
  readonly authority: string;
  readonly names: Names;
  /** Values of placeholders that are whole bodies. */
  readonly bodies: Readonly<Record<string, unknown>>;
  /** Nothing for a stranger. */
  readonly identities: Readonly<Record<RpcCaller, ClientIdentity | undefined>>;
  readonly tokens: Readonly<Record<HttpCaller, string | undefined>>;
  runState(): Promise<RunState>;
  openApi(): Promise<unknown>;
  /** Verifies the whole audit log, and returns how many events it has. @throws audit-log-damaged */
  auditEvents(): Promise<number>;
  /** Brings back the site that the run waits for, and returns how the run ended and whether every sum is exact. */
  finish(): Promise<{ readonly state: string; readonly reason: string; readonly sums: number; readonly exactSums: number }>;
}

const members = ['mercy', 'north', 'south'];
const away = 'south';

/** A federation whose run waits for one site, with the coordinator in a process of its own and everybody who will attack it. */
export async function startFuzzedFederation(): Promise<FuzzedFederation> {
  await using stack = new AsyncDisposableStack();
  const { path } = stack.use(temporaryFolder());
  const folder = join(path, 'coordinator');
  const founded = await initCoordinator(folder, { name: 'Fuzzed federation', hosts: ['127.0.0.1'], clock: systemClock });
  const store = stack.use(await Store.open(founded.databaseFile));
  const coordinator = stack.use(await startFuzzedCoordinator(folder, join(path, 'coordinator.log')));
  const authority = founded.authority.certificate.toString();
  const access = new Access(store, systemClock);
  const grant = async (name: string, roles: readonly Role[]) => (await access.grant({ name, roles }, localOperator)).token;
  const connection = { url: `https://127.0.0.1:${coordinator.httpPort}`, token: await grant('root', roleNames), certificateAuthority: authority };
  const closing = new AbortController();
  stack.defer(() => closing.abort());
  const client = new CoordinatorClient(connection, accessTokenOf('root', connection, closing.signal), closing.signal);

  const siteFolder = (site: string) => join(path, site);
  for (const site of [...members, 'spare', 'gone']) {
    await joinSite({ folder: founded, store, port: coordinator.sitePort, site, siteFolder: siteFolder(site), dataSet: smallDataSet, table: smallTable(site) });
  }
  await client.post('/sites/gone/revocation', {}, siteResource);
  const agents = new Map<string, AsyncDisposable>();
  stack.defer(async () => void (await Promise.all([...agents.values()].map((agent) => agent[Symbol.asyncDispose]()))));
  for (const site of members) agents.set(site, await startSmallAgent(siteFolder(site), site));

  const plan = smallPlan({ rounds: { count: 2, quorum: 3, deadlineSeconds: 6 * 3600 } });
  const planJson = Buffer.from(JSON.stringify(plan));
  const { planHash } = await client.post('/studies', planJson, studyResource);
  const keys = (await store.read.sites.list()).filter(({ name }) => members.includes(name)).map(({ name, signingKey }) => ({ site: name, signingKey }));
  const roster = signNextRoster(undefined, { federation: founded.federation.id, study: plan.study, planHash, members: keys }, generateKeyPairSync('ed25519').privateKey);
  const { hash } = await client.post(`/studies/${plan.study}/rosters`, signedRosterToJson(roster), rosterRecordResource);
  await Promise.all(members.map((site) => approveAtSite(siteFolder(site), { hash, roster })));
  await everyoneDecided(client, plan.study, () => undefined);

  const events = new RunEvents();
  const witness = stack.use(new SumWitness({ coordinator: { events }, store, siteFolder, coordinatorFolder: folder }, 'mercy'));
  const { id: run } = await client.post('/runs', { study: plan.study, seed: 7 }, runResource);
  const latestRound = async () => (await store.read.rounds.list(run)).at(-1);
  const waits = async () => {
    const round = await latestRound();
    if (round?.state !== 'COLLECTING') return false;
    const there = await store.read.contributions.list(round.id);
    return there.some(({ site }) => site === 'mercy') && there.some(({ site }) => site === 'north') && !there.some(({ site }) => site === away);
  };
  // The site leaves as soon as the run has its keys; what it may have sent by then is opened without it.
  for await (const event of client.events(`/runs/${run}/events`)) {
    if (event.event === 'run-keyed') {
      events.publish(event.data as never);
      await agents.get(away)?.[Symbol.asyncDispose]();
    }
    if (await waits()) break;
  }
  const version = (await store.read.modelVersions.list(run))[0]?.digest ?? '';
  const round = (await latestRound())!;
  const identity = (site: string) => openSiteFolder(siteFolder(site)).identity.client;
  const resources = stack.move();
  return {
    coordinator,
    authority,
    names: {
      $run: run, $round: round.id, $study: plan.study, $planHash: planHash, $rosterHash: hash, $version: version, $site: 'mercy', $otherRun: 'other-study-1', $otherStudy: 'other-study', $otherSite: 'nowhere', $digest: 'd'.repeat(64),
    },
    bodies: { $plan: plan, $roster: signedRosterToJson(roster) },
    identities: { outsider: identity('spare'), member: identity(away), revoked: identity('gone'), stranger: undefined },
    tokens: {
      ...(Object.fromEntries(await Promise.all(roleNames.map(async (role) => [role, await grant(`the ${role}`.replace(' ', '-'), [role])]))) as Record<Role, string>),
      unknown: 'A'.repeat(43),
      nobody: undefined,
    },
    runState: async () => ({
      state: (await store.read.runs.find(run))!.state,
      rounds: (await store.read.rounds.list(run)).map(({ id, state, attempt }) => `${id} ${attempt} ${state}`),
      sites: (await store.read.sites.list()).map(({ name, certificateFingerprint, revokedAtMs }) => `${name} ${certificateFingerprint} ${String(revokedAtMs)}`),
      payloads: readdirSync(join(folder, 'payloads'), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).length,
      incoming: readdirSync(join(folder, 'payloads/incoming')).length,
    }),
    openApi: async () => JSON.parse((await client.bytes('/openapi.json')).toString()) as unknown,
    auditEvents: async () => (await verifyAuditLog(client, undefined, () => undefined)).sequence,
    finish: async () => {
      const ended = client.events(`/runs/${run}/events`); // ends with the run
      agents.set(away, await startSmallAgent(siteFolder(away), away));
      for await (const _event of ended);
      const { state, reason } = await client.get(`/runs/${run}`, runDetailResource);
      const sums = await witness.sums(run);
      const exact = sums.filter(({ contributed, opened }) => contributed.every((lane, index) => lane === opened[index]) && contributed.length === opened.length);
      return { state, reason, sums: sums.length, exactSums: exact.length };
    },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}
