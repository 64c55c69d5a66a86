import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { connect as connectHttp2, constants, type ClientHttp2Session, type ClientHttp2Stream, type ServerHttp2Stream } from 'node:http2';
import { connect as connectTcp, type Socket } from 'node:net';
import { expect } from 'chai';
import { boundedService, RefusedMessage } from '../../../coordinator/rpc/bounded-messages.ts';
import { messageBounds } from '../../../coordinator/rpc/message-bounds.ts';
import { callLimits, type CallLimits } from '../../../coordinator/rpc/call-limits.ts';
import type { ServedService } from '../../../coordinator/rpc/server.ts';
import type { AdapterOptions } from '../../../coordinator/rpc/adapter.ts';
import { systemClock } from '../../../shared/clock.ts';
import type { ContributionChunk } from '../../../shared/wire/generated/consilium/v1/ContributionChunk.ts';
import { services } from '../../../shared/wire/services.ts';
import { chunkBytes } from '../../../shared/wire/transport-options.ts';
import { joinFederation } from '../../../site-agent/identity/join.ts';
import type { ChannelIdentity } from '../../../site-agent/link/channel-identity.ts';
import { Channel } from '../../../site-agent/link/channel.ts';
import { grpcFrame } from '../../fuzz/rpc-attack.ts';
import { expectError } from '../../support/expect-error.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { startTestCoordinator } from '../../support/test-coordinator.ts';

const signal = new AbortController().signal;
const getPlan = services.studies.GetPlan;

/** A coordinator with these limits, a hostile site and an honest one. */
async function connect(limits: Partial<CallLimits>, { upload = drain, ...adapterOptions }: AdapterOptions & { upload?: (chunks: AsyncIterable<ContributionChunk>) => Promise<void> } = {}) {
  await using stack = new AsyncDisposableStack();
  const folder = stack.use(temporaryFolder());
  const coordinator = stack.use(
    await startTestCoordinator({
      limits,
      adapterOptions,
      services: (adapter): ServedService[] => [
        { definition: services.studies, handlers: { GetPlan: adapter.unary((_site, { study }: { study: string }) => ({ json: Buffer.from(study) })) } },
        {
          definition: services.modelVersions,
          handlers: {
            Download: adapter.serverStream(async function* () {
              for (;;) yield { bytes: Buffer.alloc(chunkBytes) };
            }),
          },
        },
        { definition: services.contributions, handlers: { Upload: adapter.clientStream(async (_site, chunks: AsyncIterable<ContributionChunk>) => upload(chunks).then(() => ({}))) } },
      ],
    }),
  );
  const identityOf = async (site: string) => (await joinFederation(`${folder.path}/${site}`, await coordinator.invite(site), { signal })).identity;
  const [hostile, honest] = [await identityOf('mallory'), await identityOf('mercy')];
  const channel = stack.use(new Channel(honest, systemClock));
  const resources = stack.move();
  return { coordinator, hostile, honest: channel, [Symbol.asyncDispose]: () => resources.disposeAsync() };
}

async function drain(chunks: AsyncIterable<unknown>): Promise<void> {
  for await (const _chunk of chunks);
}

/** A connection of a site that is not held by any library to what gRPC allows. */
function rawSession({ address, authority, client }: ChannelIdentity): ClientHttp2Session & Disposable {
  const session = connectHttp2(`https://127.0.0.1:${address.port}`, { ca: authority, cert: client?.certificate, key: client?.privateKey, settings: { initialWindowSize: 65_535 }, maxOutstandingPings: 10_000 });
  session.on('error', () => undefined);
  return Object.assign(session, { [Symbol.dispose]: () => session.destroy() });
}

function rawCall(session: ClientHttp2Session, path: string): ClientHttp2Stream {
  const call = session.request({ ':method': 'POST', ':path': path, 'content-type': 'application/grpc', te: 'trailers' }, { endStream: false });
  call.on('error', () => undefined);
  return call;
}

async function codeOf(call: ClientHttp2Stream): Promise<unknown> {
  const [headers] = (await Promise.race([once(call, 'response'), once(call, 'trailers')])) as [Record<string, unknown>];
  return headers['consilium-error'];
}

async function closed(socket: Socket | ClientHttp2Session): Promise<void> {
  if (!socket.destroyed) await once(socket, 'close');
}

describe('the bounds of messages', () => {
  it('are there for every call of the wire, and for no other', () => {
    const paths = Object.values(services).flatMap((service) => Object.values(service).map(({ path }) => path));
    expect(Object.keys(messageBounds)).to.have.members(paths);
  });

  const { GetPlan, Decide } = boundedService({ ...services.studies }, messageBounds);
  const text = (length: number) => Buffer.concat([Buffer.from([0x0a, 0x80 | (length & 0x7f), length >> 7]), Buffer.alloc(length, 0x61)]);
  const refused: readonly [what: string, message: Buffer, code: string][] = [
    ['more bytes than the call takes', Buffer.alloc(2049), 'request-too-large'],
    ['a text of 257 bytes', text(257), 'invalid-request'],
    ['more fields than the call takes', Buffer.alloc(2 * 33, Buffer.from([0x78, 0])), 'invalid-request'],
    ['a group, which could nest without end', Buffer.alloc(40, 0x0b), 'invalid-request'],
    ['a field cut short', Buffer.from([0x0a, 5, 0x61]), 'invalid-request'],
    ['a number without an end', Buffer.alloc(12, 0xff), 'invalid-request'],
    ['a number where a text belongs', Buffer.from([0x08, 1]), 'invalid-request'],
    ['a text that is not UTF-8', Buffer.from([0x0a, 2, 0xc3, 0x28]), 'invalid-request'],
  ];
  for (const [what, message, code] of refused) {
    it(`refuse ${what}`, () => {
      const read = GetPlan!.requestDeserialize(message) as unknown;
      expect(read).to.be.instanceOf(RefusedMessage);
      expect((read as RefusedMessage).error.code).to.equal(code);
    });
  }

  it('let through what is within them, with fields that are not known', () => {
    expect(GetPlan!.requestDeserialize(Buffer.concat([text(256), Buffer.from([0x78, 1])]))).to.deep.equal({ study: 'a'.repeat(256) });
    expect(Decide!.requestDeserialize(Buffer.from([0x20, 99]))).to.include({ decision: 99 });
  });
});

describe('a caller of the port for sites', () => {
  it('that sends what is no message hears that its request is not valid', async () => {
    await using connected = await connect({});
    using session = rawSession(connected.hostile);
    const call = rawCall(session, getPlan.path);
    call.end(grpcFrame(Buffer.alloc(40, 0x0b)));
    expect(await codeOf(call)).to.equal('invalid-request');
  });

  it('has a window of 1 MiB for each stream, from its first call on', async () => {
    await using connected = await connect({});
    using session = rawSession(connected.hostile);
    rawCall(session, getPlan.path).end();
    while (session.remoteSettings.initialWindowSize !== 1024 * 1024) await once(session, 'remoteSettings');
  });

  for (const [what, path, contentType] of [['an unknown call', '/consilium.v1.Unheard/Of', 'application/grpc'], ['a request that is not gRPC', getPlan.path, 'text/plain']] as const) {
    it(`that resets ${what} before it is looked at does no harm`, async () => {
      await using connected = await connect({});
      using session = rawSession(connected.hostile);
      const reset = new Promise<void>((resolve) => {
        const channel = 'http2.server.stream.created';
        const atOnce = (message: unknown) => {
          unsubscribe(channel, atOnce);
          const { stream } = message as { stream: ServerHttp2Stream };
          stream.once('close', resolve);
          stream.destroy();
        };
        subscribe(channel, atOnce);
      });
      session.request({ ':method': 'POST', ':path': path, 'content-type': contentType }).on('error', () => undefined);
      await reset;
      expect(await connected.honest.unary(getPlan, { study: 'honest' }, { signal })).to.deep.equal({ json: Buffer.from('honest') });
    });
  }

  const floods: readonly [what: string, flood: (session: ClientHttp2Session) => void][] = [
    ['begins calls and resets them', (session) => void rawCall(session, getPlan.path).close(constants.NGHTTP2_CANCEL)],
    ['pings', (session) => void session.ping(() => undefined)],
    ['changes its settings', (session) => session.settings({ enablePush: false })],
  ];
  for (const [what, flood] of floods) {
    it(`that ${what} thousands of times takes nothing from others`, async () => {
      await using connected = await connect({});
      using session = rawSession(connected.hostile);
      await once(session, 'connect');
      for (let count = 0; count < 5000 && !session.destroyed; count++) flood(session);
      expect(await connected.honest.unary(getPlan, { study: 'honest' }, { signal })).to.deep.equal({ json: Buffer.from('honest') });
      if (!session.destroyed) await Promise.race([new Promise((resolve) => session.ping(resolve)), closed(session)]); // all of it was read, or would have been too much
      expect(await connected.honest.unary(getPlan, { study: 'honest' }, { signal })).to.deep.equal({ json: Buffer.from('honest') });
    });
  }

  it('that does not send its request is told so after a while', async () => {
    await using connected = await connect({ requestMaxMs: 100 });
    using session = rawSession(connected.hostile);
    const call = rawCall(session, getPlan.path);
    call.write(Buffer.from([0, 0, 0]));
    expect(await codeOf(call)).to.equal('too-slow');
  });

  it('that lets its upload trickle is refused, although something comes all the time', async () => {
    const came = Promise.withResolvers<void>();
    const upload = async (chunks: AsyncIterable<unknown>) => {
      for await (const _chunk of chunks) came.resolve();
    };
    await using connected = await connect({}, { silenceMaxMs: 300, minBytesPerSecond: 1000, upload });
    using session = rawSession(connected.hostile);
    const call = rawCall(session, services.contributions.Upload.path);
    const trickle = setInterval(() => call.write(grpcFrame(Buffer.from([0x12, 1, 0x61]))), 20);
    try {
      expect(await codeOf(call)).to.equal('too-slow');
      await came.promise;
    } finally {
      clearInterval(trickle);
    }
  });

  it('that never reads its download loses the connection', async () => {
    await using connected = await connect({ replyMaxMs: 200 });
    using session = rawSession(connected.hostile);
    const call = rawCall(session, services.modelVersions.Download.path);
    call.end(grpcFrame(Buffer.alloc(0))); // nothing reads, so that its window stays shut
    await closed(session);
  });

  it('that connects and never begins or finishes its handshake is cut off', async () => {
    await using connected = await connect({ handshakeMaxMs: 100 });
    const socket = connectTcp(connected.coordinator.address.port, '127.0.0.1');
    socket.on('error', () => undefined).resume();
    await closed(socket);
  });

  it('that holds a connection without a call loses it', async () => {
    await using connected = await connect({ idleMaxMs: 100 });
    using session = rawSession(connected.hostile);
    await closed(session);
  });

  it('has no more connections than its certificate may have, and takes none from others', async () => {
    await using connected = await connect({ connections: { ...callLimits.connections, perCertificate: 2 } });
    using first = rawSession(connected.hostile);
    using second = rawSession(connected.hostile);
    await Promise.all([once(first, 'remoteSettings'), once(second, 'remoteSettings')]);
    using third = rawSession(connected.hostile);
    await closed(third);
    expect((await connected.honest.unary(getPlan, { study: 'heart' }, { signal })).json.toString()).to.equal('heart');
  });

  it('that floods is refused for now, is written down once, and takes nothing from others', async () => {
    await using connected = await connect({ sites: { perSecond: 0.001, burst: 20 }, refusalDelayMs: 50 });
    using flooding = new Channel(connected.hostile, systemClock);
    const calls = Array.from({ length: 60 }, () => flooding.unary(getPlan, { study: 'x' }, { signal }).then(() => 'served', (error: { code: string }) => error.code));
    const [answers, honest] = await Promise.all([Promise.all(calls), connected.honest.unary(getPlan, { study: 'heart' }, { signal })]);
    expect(honest.json.toString()).to.equal('heart');
    expect(answers.filter((answer) => answer === 'too-many-requests')).to.have.length(60 - answers.filter((answer) => answer === 'served').length);
    expect(answers.filter((answer) => answer === 'served').length).to.be.within(1, 20);
    const events = await connected.coordinator.store.read.audit.list(0, 100);
    expect(events.filter(({ action }) => action === 'calls limited')).to.have.length(1);
  });

  it('has no more calls of one kind open than their bounds say', async () => {
    const hold = new AbortController();
    const upload = async () => once(hold.signal, 'abort').then(() => undefined);
    await using connected = await connect({ refusalDelayMs: 0 }, { upload });
    using session = rawSession(connected.hostile);
    const { maxConcurrent } = messageBounds[services.contributions.Upload.path]!;
    for (let open = 0; open < maxConcurrent; open++) rawCall(session, services.contributions.Upload.path);
    expect(await codeOf(rawCall(session, services.contributions.Upload.path))).to.equal('too-many-requests');
    using other = new Channel(connected.hostile, systemClock);
    await expectError('too-many-requests', other.clientStream(services.contributions.Upload, [], { signal }));
    hold.abort();
  });
});
