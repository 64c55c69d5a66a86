import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { Agent, request as httpsRequest } from 'node:https';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { Access } from '../../coordinator/access/access.ts';
import { localOperator } from '../../coordinator/access/caller.ts';
import type { RecordedAuditEvent } from '../../coordinator/audit/audit-log.ts';
import { startCoordinator, type Coordinator } from '../../coordinator/coordinator.ts';
import { httpLimits, type HttpLimits } from '../../coordinator/http/http-limits.ts';
import { initCoordinator } from '../../coordinator/federation/coordinator-folder.ts';
import { Store } from '../../coordinator/store/store.ts';
import { roleNames, type Role } from '../../shared/access/role.ts';
import { systemClock, type Clock } from '../../shared/clock.ts';
import { formatConnection, type Connection } from '../../shared/http-api/connection-file.ts';
import { invitationResource } from '../../shared/http-api/site-resource.ts';
import type { StudyDecision } from '../../shared/statements/study-decision.ts';
import { rawPublicKey } from '../../shared/statements/signature.ts';
import { silentLogger } from '../../shared/logs/logger.ts';
import { joinFederation } from '../../site-agent/identity/join.ts';
import { openSiteFolder } from '../../site-agent/identity/site-folder.ts';
import { patience } from './patience.ts';
import { signedDecision, signRosterOf } from './signed-roster.ts';
import { temporaryFolder } from './temporary-folder.ts';

export interface ApiReply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** JSON, or text of another type. */
  readonly body: ReturnType<typeof JSON.parse>;
}

export interface ApiRequest {
  readonly method?: string;
  readonly body?: object | string | Uint8Array;
  readonly token?: string | null;
}

export interface ApiCoordinator extends AsyncDisposable {
  /** Another one after each restart. */
  readonly coordinator: Coordinator;
  readonly folder: string;
  /** The coordinator's state, on a connection of its own, as a command in its folder has it. */
  readonly store: Store;
  readonly access: Access;
  readonly connection: Connection & { readonly token: string };
  readonly connectionFile: string;
  /** @param path below /api/v1 */
  open(path: string, request?: ApiRequest): Promise<IncomingMessage>;
  send(path: string, request?: ApiRequest): Promise<ApiReply>;
  /** The token of a new grant. */
  tokenFor(name: string, ...roles: Role[]): Promise<string>;
  /** Enrols sites, whose agents do not run, and returns their folders. */
  enrol(...sites: string[]): Promise<string[]>;
  /** Signs the roster of a submitted study where there is none, and lets every member approve it although no agent runs. */
  approve(study: string): Promise<void>;
  /** What an enrolled site would say about the newest roster of a study. */
  decide(study: string, site: string, changes?: Partial<StudyDecision>): Promise<void>;
  /** Stops the coordinator and starts it again on the same folder and ports. */
  restart(): Promise<void>;
}

const loopback = { host: '127.0.0.1', port: 0 };

/**
 * A coordinator with its HTTP API over real TLS, on free ports of the loopback interface, with its state in a temporary folder.
 *
 * @param files settings that lie in its folder, by name
 * @param limits of its HTTP API, where they are not the usual ones
 */
export async function startApiCoordinator({ clock = systemClock, files = {}, limits = {} }: { clock?: Clock; files?: Readonly<Record<string, object>>; limits?: Partial<HttpLimits> } = {}): Promise<ApiCoordinator> {
  await using stack = new AsyncDisposableStack();
  const state = stack.use(temporaryFolder());
  const folder = join(state.path, 'coordinator');
  const { authority, federation, databaseFile } = await initCoordinator(folder, { name: 'Test federation', hosts: ['127.0.0.1'], clock });
  for (const [name, contents] of Object.entries(files)) writeFileSync(join(folder, name), JSON.stringify(contents));
  const store = stack.use(await Store.open(databaseFile));
  const access = new Access(store, clock);
  const { token } = await access.grant({ name: 'ada', roles: roleNames }, localOperator);
  const leadKey = generateKeyPairSync('ed25519').privateKey;
  const enrolled = new Map<string, string>();
  const signingKeyOf = (site: string) => openSiteFolder(enrolled.get(site)!).signingKey;
  const serve = (sitePort: number, httpPort: number) =>
    startCoordinator({ folder, siteAddress: { ...loopback, port: sitePort }, httpAddress: { ...loopback, port: httpPort }, operationsAddress: loopback, log: silentLogger, clock, limits: { http: { ...httpLimits, ...limits } } });
  let coordinator = await serve(0, 0);
  stack.defer(() => coordinator[Symbol.asyncDispose]());
  const connection = { url: `https://127.0.0.1:${coordinator.httpPort}`, token, certificateAuthority: authority.certificate.toString() };
  const connectionFile = join(folder, 'operator.json');
  writeFileSync(connectionFile, formatConnection(connection));
  const agent = new Agent({ ca: connection.certificateAuthority, keepAlive: true });
  stack.defer(() => agent.destroy());

  async function open(path: string, { method = 'GET', body, token = connection.token }: ApiRequest = {}): Promise<IncomingMessage> {
    const headers = token === null ? {} : { authorization: `Bearer ${token}` };
    const request = httpsRequest(`${connection.url}/api/v1${path}`, { method, headers, agent });
    request.end(body === undefined || typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body));
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    return response;
  }
  async function send(path: string, request?: ApiRequest): Promise<ApiReply> {
    const response = await open(path, request);
    const content = await text(response);
    return { status: response.statusCode ?? 0, headers: response.headers, body: isJson(response) ? JSON.parse(content) : content };
  }
  async function enrol(...sites: string[]): Promise<string[]> {
    const folders = sites.map((site) => join(state.path, site));
    for (const [index, site] of sites.entries()) {
      const { bundle } = invitationResource.parse((await send('/sites/invitations', { method: 'POST', body: { site } })).body);
      await joinFederation(folders[index] as string, bundle, { signal: patience() });
      enrolled.set(site, folders[index] as string);
    }
    return folders;
  }
  async function approve(study: string): Promise<void> {
    const keys = [...enrolled.keys()].map((site) => ({ site, signingKey: rawPublicKey(signingKeyOf(site)) }));
    const newest = (await coordinator.rosters.list(study)).at(-1) ?? (await signRosterOf(coordinator, study, { federation: federation.id, enrolled: keys, leadKey }));
    for (const { site } of newest.roster.members) await decide(study, site);
  }
  let decisions = 0;
  async function decide(study: string, site: string, changes: Partial<StudyDecision> = {}): Promise<void> {
    const { roster } = (await coordinator.rosters.list(study)).at(-1)!;
    await coordinator.decisions.decide(site, signedDecision(roster, site, signingKeyOf(site), { decidedAtMs: ++decisions, ...changes }));
  }
  async function restart(): Promise<void> {
    const { sitePort, httpPort = 0 } = coordinator;
    await coordinator[Symbol.asyncDispose]();
    coordinator = await serve(sitePort, httpPort);
  }
  const resources = stack.move();
  return {
    get coordinator() {
      return coordinator;
    },
    folder,
    store,
    access,
    connection,
    connectionFile,
    open,
    send,
    tokenFor: async (name, ...roles) => (await access.grant({ name, roles }, localOperator)).token,
    enrol,
    approve,
    decide,
    restart,
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

/** What the audit log says about requests that were turned away, oldest first. */
export async function refusalsIn({ store }: ApiCoordinator): Promise<RecordedAuditEvent[]> {
  const events = await store.read.audit.list(0, 1000);
  return events.filter(({ action }) => action === 'request refused' || action === 'requests limited');
}

function isJson(response: IncomingMessage): boolean {
  return response.headers['content-type']?.startsWith('application/json') ?? false;
}
