import { setImmediate as turn } from 'node:timers/promises';
import { expect } from 'chai';
import type { RefusedCall } from '../../../coordinator/audit/refused-calls.ts';
import type { Adapter, AdapterOptions, CallContext } from '../../../coordinator/rpc/adapter.ts';
import type { ServedService } from '../../../coordinator/rpc/server.ts';
import type { Site } from '../../../coordinator/sites/site.ts';
import { systemClock } from '../../../shared/clock.ts';
import { ConsiliumError } from '../../../shared/errors/consilium-error.ts';
import type { ContributionChunk, ContributionChunkInput } from '../../../shared/wire/generated/consilium/v1/ContributionChunk.ts';
import type { ContributionReceiptInput } from '../../../shared/wire/generated/consilium/v1/ContributionReceipt.ts';
import type { GetPlanRequest } from '../../../shared/wire/generated/consilium/v1/GetPlanRequest.ts';
import type { PayloadChunkInput } from '../../../shared/wire/generated/consilium/v1/PayloadChunk.ts';
import type { PayloadRequest } from '../../../shared/wire/generated/consilium/v1/PayloadRequest.ts';
import type { PlanInput } from '../../../shared/wire/generated/consilium/v1/Plan.ts';
import { services } from '../../../shared/wire/services.ts';
import { chunkBytes } from '../../../shared/wire/transport-options.ts';
import { joinFederation } from '../../../site-agent/identity/join.ts';
import { Channel } from '../../../site-agent/link/channel.ts';
import { expectError } from '../../support/expect-error.ts';
import { startRelay } from '../../support/relay.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { startTestCoordinator } from '../../support/test-coordinator.ts';

interface Handlers {
  getPlan?: (site: Site, request: GetPlanRequest, context: CallContext) => Promise<PlanInput> | PlanInput;
  download?: (site: Site, request: PayloadRequest, context: CallContext) => AsyncIterable<PayloadChunkInput>;
  silenceMaxMs?: number;
  onFailure?: AdapterOptions['onFailure'];
  upload?: (site: Site, chunks: AsyncIterable<ContributionChunk>, context: CallContext) => Promise<ContributionReceiptInput>;
}

const signal = new AbortController().signal;
const never = new Promise<never>(() => undefined);

/** A coordinator with these handlers, and an enrolled site's channel to it. */
async function connect(handlers: Handlers) {
  const unused = () => {
    throw new Error('not part of this test');
  };
  await using stack = new AsyncDisposableStack();
  const folder = stack.use(temporaryFolder());
  const coordinator = stack.use(
    await startTestCoordinator({
      adapterOptions: { silenceMaxMs: handlers.silenceMaxMs, onFailure: handlers.onFailure },
      services: (adapter: Adapter<Site>): ServedService[] => [
        { definition: services.studies, handlers: { GetPlan: adapter.unary(handlers.getPlan ?? unused) } },
        { definition: services.modelVersions, handlers: { Download: adapter.serverStream(handlers.download ?? unused) } },
        { definition: services.contributions, handlers: { Upload: adapter.clientStream(handlers.upload ?? unused) } },
      ],
    }),
  );
  const site = await joinFederation(`${folder.path}/site`, await coordinator.invite('mercy'), { signal });
  const channel = stack.use(new Channel(site.identity, systemClock));
  const resources = stack.move();
  return { coordinator, channel, identity: site.identity, [Symbol.asyncDispose]: () => resources.disposeAsync() };
}

describe('rpc adapter', () => {
  it('tells a handler which site calls', async () => {
    await using connected = await connect({ getPlan: (site, { study }) => ({ json: Buffer.from(`${study} for ${site.name}`) }) });
    const reply = await connected.channel.unary(services.studies.GetPlan, { study: 'heart' }, { signal });
    expect(reply.json.toString()).to.equal('heart for mercy');
  });

  it('sends what a handler throws with its code, detail and problems', async () => {
    await using connected = await connect({
      getPlan: () => {
        throw new ConsiliumError('plan-invalid', 'Two things.', { problems: [{ path: 'title', message: 'is missing' }] });
      },
    });
    const error = await expectError('plan-invalid', connected.channel.unary(services.studies.GetPlan, {}, { signal }));
    expect(error.detail).to.equal('Two things.');
    expect(error.problems).to.deep.equal([{ path: 'title', message: 'is missing' }]);
  });

  it('tells of a refused call before the caller learns of it: who, what, which and why', async () => {
    const failures: RefusedCall[] = [];
    await using connected = await connect({
      onFailure: async (failure) => void failures.push(failure),
      getPlan: (_site, { study }, { about }) => {
        about(study);
        throw new ConsiliumError('study-not-found', 'It is gone.');
      },
    });
    await expectError('study-not-found', connected.channel.unary(services.studies.GetPlan, { study: 'heart' }, { signal }));
    expect(failures).to.have.length(1);
    expect(failures[0]).to.include({ site: 'mercy', call: 'plan', subject: 'heart' });
    expect(failures[0]!.error).to.include({ code: 'study-not-found', detail: 'It is gone.' });
    expect(failures[0]!.address).to.match(/^127\.0\.0\.1:\d+$/);
  });

  it('tells of a stranger whom it refuses, without a name', async () => {
    const failures: RefusedCall[] = [];
    await using connected = await connect({ onFailure: async (failure) => void failures.push(failure) });
    using stranger = new Channel({ ...connected.identity, client: undefined }, systemClock);
    await expectError('certificate-refused', stranger.unary(services.studies.GetPlan, { study: 'heart' }, { signal }));
    expect(failures.map(({ site, call, error }) => [site, call, error.code])).to.deep.equal([[undefined, 'plan', 'certificate-refused']]);
  });

  it('keeps unexpected errors inside and gives a reference', async () => {
    await using connected = await connect({
      getPlan: () => {
        throw new TypeError('secret inside');
      },
    });
    const error = await expectError('internal', connected.channel.unary(services.studies.GetPlan, {}, { signal }));
    expect(error.detail).to.match(/^Reference [0-9a-f]{12}\.$/);
    expect(String(error.cause)).not.to.contain('secret');
  });

  it('refuses a revoked site at its next call', async () => {
    await using connected = await connect({ getPlan: () => ({}) });
    await connected.channel.unary(services.studies.GetPlan, {}, { signal });
    await connected.coordinator.store.transaction(async ({ sites }) => {
      const site = await sites.find('mercy');
      await sites.save({ ...site!, revokedAtMs: Date.now() });
    });
    await expectError('certificate-refused', connected.channel.unary(services.studies.GetPlan, {}, { signal }));
  });

  it('aborts a handler when the caller goes away', async () => {
    const entered = Promise.withResolvers<void>();
    const aborted = Promise.withResolvers<void>();
    await using connected = await connect({
      getPlan: (_site, _request, context) => {
        context.signal.addEventListener('abort', () => aborted.resolve());
        entered.resolve();
        return never;
      },
    });
    const caller = new AbortController();
    const call = connected.channel.unary(services.studies.GetPlan, {}, { signal: caller.signal });
    await entered.promise;
    caller.abort();
    await expectError('cancelled', call);
    await aborted.promise;
  });

  it('asks a stream for no more than the caller takes', async () => {
    let made = 0;
    const total = 200;
    await using connected = await connect({
      download: async function* () {
        for (; made < total; made++) yield { bytes: Buffer.alloc(1024 * 1024) };
      },
    });
    let received = 0;
    for await (const _chunk of connected.channel.serverStream(services.modelVersions.Download, {}, { signal })) {
      received++;
      for (let turns = 0; turns < 10; turns++) await turn();
      // At most the flow-control windows (16 MiB each for stream and buffers) and the queues at both ends are under way.
      if (received <= total / 2) expect(made - received).to.be.below(100);
    }
    expect(received).to.equal(total);
  });

  it('ends a stream that fails in the middle with the handler\'s error, after what was sent', async () => {
    await using connected = await connect({
      download: async function* () {
        yield { bytes: Buffer.from('first') };
        throw new ConsiliumError('model-not-found');
      },
    });
    const received: string[] = [];
    const stream = async () => {
      for await (const chunk of connected.channel.serverStream(services.modelVersions.Download, {}, { signal })) received.push(chunk.bytes.toString());
    };
    await expectError('model-not-found', stream());
    expect(received).to.deep.equal(['first']);
  });

  it('stops a stream\'s handler when the caller has enough', async () => {
    const stopped = Promise.withResolvers<void>();
    await using connected = await connect({
      download: async function* () {
        try {
          for (;;) yield { bytes: Buffer.alloc(chunkBytes) };
        } finally {
          stopped.resolve();
        }
      },
    });
    for await (const _chunk of connected.channel.serverStream(services.modelVersions.Download, {}, { signal })) break;
    await stopped.promise;
  });

  it('aborts a stream\'s handler when the connection is lost', async () => {
    const aborted = Promise.withResolvers<void>();
    await using connected = await connect({
      download: async function* (_site, _request, context) {
        yield {};
        await new Promise((resolve) => context.signal.addEventListener('abort', resolve));
        aborted.resolve();
      },
    });
    await using relay = await startRelay(connected.coordinator.address);
    using channel = new Channel({ ...connected.identity, address: relay.address }, systemClock);
    const watching = async () => {
      for await (const _chunk of channel.serverStream(services.modelVersions.Download, {}, { signal })) relay.cut();
    };
    await expectError('coordinator-unreachable', watching());
    await aborted.promise;
  });

  it('takes an upload chunk by chunk and answers once', async () => {
    await using connected = await connect({
      upload: async (_site, chunks) => {
        let bytes = 0;
        for await (const chunk of chunks) bytes += chunk.ciphertexts?.length ?? 0;
        return { digest: String(bytes) };
      },
    });
    const chunks = async function* (): AsyncGenerator<ContributionChunkInput> {
      for (let index = 0; index < 40; index++) yield { ciphertexts: Buffer.alloc(chunkBytes) };
    };
    const receipt = await connected.channel.clientStream(services.contributions.Upload, chunks(), { signal });
    expect(receipt.digest).to.equal(String(40 * chunkBytes));
  });

  it('refuses an upload in the middle, and the caller stops sending', async () => {
    await using connected = await connect({
      upload: async (_site, chunks) => {
        for await (const _chunk of chunks) throw new ConsiliumError('round-not-collecting', 'The deadline has passed.');
        return {};
      },
    });
    let stopped = false;
    const endless = async function* (): AsyncGenerator<ContributionChunkInput> {
      try {
        for (;;) {
          yield { ciphertexts: Buffer.alloc(chunkBytes) };
          await turn();
        }
      } finally {
        stopped = true;
      }
    };
    const error = await expectError('round-not-collecting', connected.channel.clientStream(services.contributions.Upload, endless(), { signal }));
    expect(error.detail).to.equal('The deadline has passed.');
    expect(stopped).to.equal(true);
  });

  it('never takes an upload that broke off for one that ended', async () => {
    await using connected = await connect({ upload: recordOutcome });
    for (let attempt = 0; attempt < 20; attempt++) {
      outcome = Promise.withResolvers();
      firstChunk = Promise.withResolvers();
      const broken = async function* (): AsyncGenerator<ContributionChunkInput> {
        yield { ciphertexts: Buffer.alloc(10) };
        await firstChunk.promise;
        throw new Error('the disk is gone');
      };
      const upload = connected.channel.clientStream(services.contributions.Upload, broken(), { signal });
      expect(await upload.catch((error: Error) => error.message)).to.equal('the disk is gone');
      expect(await outcome.promise).to.equal('broke off');
    }
  });

  it('never takes an upload whose connection was lost for one that ended', async () => {
    await using connected = await connect({ upload: recordOutcome });
    outcome = Promise.withResolvers();
    firstChunk = Promise.withResolvers();
    await using relay = await startRelay(connected.coordinator.address);
    using channel = new Channel({ ...connected.identity, address: relay.address }, systemClock);
    const stalled = async function* (): AsyncGenerator<ContributionChunkInput> {
      yield { ciphertexts: Buffer.alloc(10) };
      await firstChunk.promise;
      relay.cut();
      await outcome.promise;
    };
    await expectError('coordinator-unreachable', channel.clientStream(services.contributions.Upload, stalled(), { signal }));
    expect(await outcome.promise).to.equal('broke off');
  });

  it('does not wait for ever for the rest of an upload whose connection was lost while its handler was behind', async () => {
    const cut = Promise.withResolvers<void>();
    await using connected = await connect({
      upload: async (site, chunks) => {
        firstChunk.resolve();
        await cut.promise;
        for (let turns = 0; turns < 20; turns++) await turn();
        return recordOutcome(site, chunks);
      },
      silenceMaxMs: 300,
    });
    outcome = Promise.withResolvers();
    firstChunk = Promise.withResolvers();
    await using relay = await startRelay(connected.coordinator.address);
    using channel = new Channel({ ...connected.identity, address: relay.address }, systemClock);
    const chunks = async function* (): AsyncGenerator<ContributionChunkInput> {
      for (let index = 0; index < 8; index++) yield { ciphertexts: Buffer.alloc(chunkBytes) };
      await firstChunk.promise;
      cut.resolve();
      relay.cut();
      await outcome.promise;
    };
    await expectError('coordinator-unreachable', channel.clientStream(services.contributions.Upload, chunks(), { signal }));
    expect(await outcome.promise).to.equal('broke off');
  });

  let outcome = Promise.withResolvers<'ended' | 'broke off'>();
  let firstChunk = Promise.withResolvers<void>();

  async function recordOutcome(_site: Site, chunks: AsyncIterable<ContributionChunk>): Promise<ContributionReceiptInput> {
    try {
      for await (const _chunk of chunks) firstChunk.resolve();
      outcome.resolve('ended');
    } catch {
      outcome.resolve('broke off');
    }
    return {};
  }
});
