import { X509Certificate } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { PassThrough } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { MethodDefinition } from '@grpc/proto-loader';
import { openCoordinatorFolder } from '../../coordinator/federation/coordinator-folder.ts';
import { Adapter } from '../../coordinator/rpc/adapter.ts';
import type { Admission, IncomingCall } from '../../coordinator/rpc/caller.ts';
import { renewingCredentials } from '../../coordinator/rpc/server-credentials.ts';
import { startRpcServer, type ServedService } from '../../coordinator/rpc/server.ts';
import { systemClock } from '../../shared/clock.ts';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import { silentLogger } from '../../shared/logs/logger.ts';
import { ledgerReceiptDomain, ledgerReceiptFields, type LedgerHead } from '../../shared/statements/ledger-receipt.ts';
import { signStatement } from '../../shared/statements/signature.ts';
import type { Address } from '../../shared/tls/address.ts';
import type { AssignmentInput } from '../../shared/wire/generated/consilium/v1/Assignment.ts';
import type { LedgerReceiptInput } from '../../shared/wire/generated/consilium/v1/LedgerReceipt.ts';
import { services } from '../../shared/wire/services.ts';
import { openSiteFolder } from '../../site-agent/identity/site-folder.ts';
import { Channel, type CallLimits } from '../../site-agent/link/channel.ts';

/** A call that passes through: which site makes it, and until when. A caller without a site's certificate has no name. */
export interface PassingCall {
  readonly site: string;
  readonly signal: AbortSignal;
}

/** What becomes of the messages of a call in one direction: passed on, altered, left out, kept for later, or invented. */
export type Hook<Message, Sent> = (messages: AsyncIterable<Message>, call: PassingCall) => AsyncIterable<Sent>;

/** Stands in for the coordinator in a call, which hears only what is forwarded to it. */
export type Answer<Request, Forwarded, Reply, Sent> = (requests: AsyncIterable<Request>, call: PassingCall, forward: (requests: AsyncIterable<Forwarded>) => AsyncIterable<Reply>) => AsyncIterable<Sent>;

type AnyMethod = MethodDefinition<object, never, object, object>;
type AnyHook = Hook<object, object>;
type AnyAnswer = Answer<object, object, object, object>;
type Sides = { requests?: AnyHook; answers?: AnyAnswer; replies?: AnyHook };

/**
 * Stands between sites and their coordinator. To sites it is the coordinator: it serves with a certificate of the
 * federation. To the coordinator it is the sites: it calls with their certificates and keys. Without a hook every message,
 * failure and cancellation passes through as it is.
 */
export interface CheatingCoordinator extends AsyncDisposable {
  readonly port: number;
  /** Takes hold of what sites send in calls of a method, until the end of the scope. A unary call is a stream of one message. */
  requests<Sent, Message>(method: MethodDefinition<Sent, never, Message, unknown>, hook: Hook<Message, Sent>): Disposable;
  /** Takes hold of what they get. */
  replies<Sent, Message>(method: MethodDefinition<never, Sent, unknown, Message>, hook: Hook<Message, Sent>): Disposable;
  /** Takes the coordinator's place in calls of a method, until the end of the scope. */
  answers<Forwarded, Sent, Request, Reply>(method: MethodDefinition<Forwarded, Sent, Request, Reply>, answer: Answer<Request, Forwarded, Reply, Sent>): Disposable;
  /** Signs for the head of a site's ledger, as the coordinator does for what it took in. */
  countersign(site: string, head: LedgerHead): LedgerReceiptInput;
  /** Invents work: it comes on the site's watch stream as soon as that is open. */
  assign(site: string, work: AssignmentInput): Promise<void>;
}

export async function startCheatingCoordinator(options: {
  coordinatorFolder: string;
  /** The real one, dialled anew after it was away. */
  coordinator: Address;
  siteFolder: (site: string) => string;
}): Promise<CheatingCoordinator> {
  await using stack = new AsyncDisposableStack();
  const { authority, federation, signingKey } = await openCoordinatorFolder(options.coordinatorFolder);
  const { credentials } = stack.use(await renewingCredentials(authority, [], systemClock, silentLogger));
  const hooks = new Map<string, Sides>();
  const watching = new Map<string, PassThrough>();
  const connected = new EventEmitter();
  const channels = new Map<string, Channel>();

  function channelOf(site: string): Channel {
    const known = channels.get(site);
    if (known) return known;
    const identity = site === '' ? { authority: authority.certificate.toString() } : openSiteFolder(options.siteFolder(site)).identity;
    const channel = stacked.use(new Channel({ ...identity, address: options.coordinator }, systemClock));
    channels.set(site, channel);
    return channel;
  }

  async function* pass(method: AnyMethod, requests: AsyncIterable<object>, call: PassingCall): AsyncGenerator<object> {
    const { requests: onRequests = asTheyAre, answers = passedOn, replies: onReplies = asTheyAre } = hooks.get(method.path) ?? {};
    yield* onReplies(answers(onRequests(requests, call), call, (forwarded) => forward(method, forwarded, call)), call);
  }

  async function* forward(method: AnyMethod, requests: AsyncIterable<object>, { site, signal }: PassingCall): AsyncGenerator<object> {
    const channel = channelOf(site);
    const limits: CallLimits = { signal, timeoutMs: longestCallMs };
    if (method.requestStream) return yield await channel.clientStream(method, requests, limits);
    const request = await only(requests);
    if (method.responseStream) yield* channel.serverStream(method, request, limits);
    else yield await channel.unary(method, request, limits);
  }

  /** A site's watch stream, which can be written to from outside, and cut. */
  async function* watch(method: AnyMethod, requests: AsyncIterable<object>, { site, signal }: PassingCall): AsyncGenerator<object> {
    const over = new AbortController();
    const stream = new PassThrough({ objectMode: true, highWaterMark: 1 });
    watching.set(site, stream);
    connected.emit(site);
    pipeline(pass(method, requests, { site, signal: AbortSignal.any([signal, over.signal]) }), stream).catch(() => undefined); // the iteration fails with it
    try {
      yield* stream as AsyncIterable<object>;
    } finally {
      over.abort();
      stream.destroy();
      if (watching.get(site) === stream) watching.delete(site);
    }
  }

  const adapter = new Adapter(admitByName, silentLogger);
  const relayed = (definition: Record<string, unknown>): ServedService => {
    const methods = Object.entries(definition as Record<string, AnyMethod>);
    return { definition: definition as ServedService['definition'], handlers: Object.fromEntries(methods.map(([name, method]) => [name, handler(method)])) };
  };
  const handler = (method: AnyMethod) => {
    if (method.requestStream) return adapter.clientStream(({ name: site }, requests: AsyncIterable<object>, { signal }) => only(pass(method, requests, { site, signal })));
    const stream = method.path === watchPath ? watch : pass;
    if (method.responseStream) return adapter.serverStream(({ name: site }, request: object, { signal }) => stream(method, one(request), { site, signal }));
    return adapter.unary(({ name: site }, request: object, { signal }) => only(pass(method, one(request), { site, signal })));
  };

  const server = await startRpcServer({ address: { host: '127.0.0.1', port: 0 }, credentials, services: Object.values(services).map((definition) => relayed({ ...definition })) });
  stack.defer(() => server.close(0));
  const stacked = stack.move();

  const hook = (method: { path: string }, side: Sides): Disposable => {
    const present = hooks.get(method.path) ?? {};
    const [taken] = Object.keys(side).filter((name) => name in present);
    if (taken !== undefined) throw new Error(`${method.path} has a hook on its ${taken} already.`);
    setHooks(method.path, { ...present, ...side });
    const without = () => Object.fromEntries(Object.entries(hooks.get(method.path) ?? {}).filter(([name]) => !(name in side)));
    return { [Symbol.dispose]: () => setHooks(method.path, without()) };
  };
  /** Watch streams stay open for ever: sites have to connect again to come under other hooks, and then get their open work again. */
  const setHooks = (path: string, sides: Sides) => {
    hooks.set(path, sides);
    if (path === watchPath) for (const stream of watching.values()) stream.destroy(new ConsiliumError('coordinator-unreachable', 'The stream was cut.'));
  };
  return {
    port: server.port,
    requests: (method, requests) => hook(method, { requests: requests as AnyHook }),
    replies: (method, replies) => hook(method, { replies: replies as AnyHook }),
    answers: (method, answers) => hook(method, { answers: answers as AnyAnswer }),
    countersign: (site, { sequence, hash }) => {
      const receipt = { sequence, hash, receivedAtMs: Date.now(), auditSequence: 0, auditHash: '' };
      return { ...receipt, signature: signStatement(signingKey, ledgerReceiptDomain, ledgerReceiptFields(federation.id, site, receipt)) };
    },
    assign: async (site, work) => {
      if (!watching.has(site)) await once(connected, site);
      watching.get(site)?.write(work);
    },
    [Symbol.asyncDispose]: () => stacked.disposeAsync(),
  };
}

/** As long as the agent itself gives an upload; its own limit ends a call sooner, and that is passed on. */
const longestCallMs = 6 * 3_600_000;

const watchPath = services.siteLink.Watch.path;

const asTheyAre: AnyHook = (messages) => messages;
const passedOn: AnyAnswer = (requests, _call, forward) => forward(requests);

async function* one(message: object): AsyncGenerator<object> {
  yield message;
}

async function only(messages: AsyncIterable<object>): Promise<object> {
  for await (const message of messages) return message;
  throw new Error('A hook left a call without its message.');
}

/** Lets everybody in, under the name in a certificate that the federation issued; anyone else under none. */
async function admitByName(call: IncomingCall): Promise<Admission<{ name: string }>> {
  const certificate = call.getAuthContext().sslPeerCertificate;
  const name = certificate && new X509Certificate(certificate.raw).toLegacyObject().subject.CN?.toString();
  return { caller: { name: name ?? '' }, signal: new AbortController().signal, [Symbol.dispose]: () => undefined };
}
