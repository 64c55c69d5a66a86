import { join } from 'node:path';
import { expect } from 'chai';
import { contributionHandlers } from '../../../coordinator/rpc/contribution-handlers.ts';
import type { ServedService } from '../../../coordinator/rpc/server.ts';
import { revocationText } from '../../../coordinator/sites/site-certificates.ts';
import { revokeSite } from '../../../coordinator/sites/revocation.ts';
import { systemClock } from '../../../shared/clock.ts';
import { services } from '../../../shared/wire/services.ts';
import { wirePart } from '../../../shared/wire/round-names.ts';
import { joinFederation } from '../../../site-agent/identity/join.ts';
import { openSiteFolder } from '../../../site-agent/identity/site-folder.ts';
import { Channel } from '../../../site-agent/link/channel.ts';
import { readServerChain } from '../../../site-agent/link/server-certificate.ts';
import { ageCertificate } from '../../support/aged-certificate.ts';
import { expectError } from '../../support/expect-error.ts';
import { startOpenRound } from '../../support/open-round.ts';
import { smallPlan } from '../../support/small-study.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { startTestCoordinator, type TestCoordinator } from '../../support/test-coordinator.ts';

const signal = new AbortController().signal;
const never = new Promise<never>(() => undefined);

async function revoke(coordinator: TestCoordinator, site: string): Promise<void> {
  await revokeSite(coordinator.store, systemClock, site, 'a person');
  coordinator.calls.cutOff(site, revocationText(site));
}

/** A coordinator whose downloads send one chunk and then wait, and whose plans never come; and two sites. */
async function startSilent() {
  await using stack = new AsyncDisposableStack();
  const parent = stack.use(temporaryFolder());
  const coordinator = stack.use(
    await startTestCoordinator({
      services: (adapter): ServedService[] => [
        {
          definition: services.modelVersions,
          handlers: {
            Download: adapter.serverStream(async function* () {
              yield { bytes: Buffer.from('first') };
              await never;
            }),
          },
        },
        { definition: services.studies, handlers: { GetPlan: adapter.unary(() => never) } },
      ],
    }),
  );
  const folders: Record<string, string> = {};
  for (const site of ['mercy', 'north']) {
    folders[site] = join(parent.path, site);
    await joinFederation(folders[site], await coordinator.invite(site), { signal });
  }
  const channels = stack.use(new DisposableStack());
  const channelOf = (site: string) => channels.use(new Channel(openSiteFolder(folders[site]!).identity, systemClock));
  const resources = stack.move();
  return { coordinator, folders, channelOf, [Symbol.asyncDispose]: () => resources.disposeAsync() };
}

/** Opens a stream, calls back after its first message, and goes on to its end. */
async function stream(channel: Channel, onFirst: () => void): Promise<void> {
  for await (const _chunk of channel.serverStream(services.modelVersions.Download, {}, { signal })) onFirst();
}

describe('the calls of a site that are under way', () => {
  it('end at once when it is revoked, streams and single calls, and those of other sites go on', async () => {
    await using silent = await startSilent();
    const { coordinator, channelOf } = silent;
    const mercy = channelOf('mercy');
    const stop = new AbortController();
    const [watching, spared] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const ends = [stream(mercy, watching.resolve), mercy.unary(services.studies.GetPlan, {}, { signal })].map((call) => expectError('certificate-refused', call));
    let northEnded = false;
    const north = (async () => {
      for await (const _chunk of channelOf('north').serverStream(services.modelVersions.Download, {}, { signal: stop.signal })) spared.resolve();
    })().catch(() => undefined).finally(() => (northEnded = true));
    await Promise.all([watching.promise, spared.promise]);
    await revoke(coordinator, 'mercy');
    for (const { detail } of await Promise.all(ends)) expect(detail).to.equal('The site mercy was revoked.');
    expect(northEnded).to.equal(false);
    stop.abort();
    await north;
  });

  it('end when its certificate expires', async () => {
    await using silent = await startSilent();
    const { coordinator, folders, channelOf } = silent;
    await ageCertificate({ authority: coordinator.folder.authority, store: coordinator.store, site: 'mercy', siteFolder: folders['mercy']!, leftMs: 3000 });
    let begun = false;
    const error = await expectError('certificate-refused', stream(channelOf('mercy'), () => (begun = true)));
    expect(begun).to.equal(true);
    expect(error.detail).to.match(/^It expired at 2/);
    await expectError('certificate-refused', stream(channelOf('mercy'), () => undefined));
  });

  it('go on when the server\'s own certificate is renewed, and new connections see the new one', async () => {
    await using silent = await startSilent();
    const { coordinator, channelOf } = silent;
    const first = Promise.withResolvers<void>();
    const open = stream(channelOf('mercy'), first.resolve);
    let ended = false;
    const end = open.catch((error: unknown) => error).finally(() => (ended = true));
    await first.promise;
    const serverCertificate = async () => (await readServerChain(coordinator, { signal, timeoutMs: 10_000 }))[0]?.fingerprint256;
    const before = await serverCertificate();
    await coordinator.renewServerCertificate();
    expect(await serverCertificate()).not.to.equal(before);
    const second = Promise.withResolvers<void>();
    const another = stream(channelOf('north'), second.resolve).catch(() => undefined);
    await second.promise;
    expect(ended).to.equal(false);
    await revoke(coordinator, 'mercy');
    expect(await end).to.have.property('code', 'certificate-refused');
    await revoke(coordinator, 'north');
    await another;
  });
});

describe('an upload of a site that is revoked meanwhile', () => {
  it('is cut off, and nothing of it is kept', async () => {
    await using stack = new AsyncDisposableStack();
    const open = stack.use(await startOpenRound(smallPlan(), ['mercy', 'north', 'south']));
    const parent = stack.use(temporaryFolder());
    const began = Promise.withResolvers<void>();
    const ended = Promise.withResolvers<unknown>();
    const receive: typeof open.contributions.receive = async (site, header, chunks) => {
      const watched = async function* () {
        for await (const chunk of chunks) {
          began.resolve();
          yield chunk;
        }
      };
      const receiving = open.contributions.receive(site, header, watched());
      receiving.then(ended.resolve, ended.resolve);
      return receiving;
    };
    const coordinator = stack.use(
      await startTestCoordinator({ services: (adapter) => [{ definition: services.contributions, handlers: contributionHandlers(adapter, { receive, held: () => Promise.resolve(0) }, { wake: () => undefined }) }] }),
    );
    const { identity } = await joinFederation(join(parent.path, 'site'), await coordinator.invite('mercy'), { signal });
    const channel = stack.use(new Channel(identity, systemClock));
    const { header, ciphertexts } = await open.seal();
    const stalled = async function* () {
      yield { header: { ...header, part: wirePart(header.part), nonce: Buffer.from(header.nonce), tag: Buffer.from(header.tag), ledgerHead: open.nextHead('mercy') } };
      yield { ciphertexts: ciphertexts.subarray(0, 1000) };
      await ended.promise;
    };
    const upload = expectError('certificate-refused', channel.clientStream(services.contributions.Upload, stalled(), { signal }));
    await began.promise;
    await revoke(coordinator, 'mercy');
    expect((await upload).detail).to.equal('The site mercy was revoked.');
    expect(await ended.promise).to.be.instanceOf(Error);
    await expectError('not-found', open.payloads.readAll(header.digest));
    expect(await open.store.read.contributions.list(header.round)).to.deep.equal([]);
  });

  it('is refused also when its last byte is in already', async () => {
    await using open = await startOpenRound(smallPlan(), ['mercy', 'north', 'south']);
    const { header, ciphertexts } = await open.seal();
    const bytes = async function* () {
      yield ciphertexts;
      await revokeSite(open.store, open.clock, 'mercy', 'a person');
    };
    await expectError('not-a-member', open.contributions.receive('mercy', { ...header, ledgerHead: open.nextHead('mercy') }, bytes()));
    await expectError('not-found', open.payloads.readAll(header.digest));
    expect(await open.store.read.contributions.list(header.round)).to.deep.equal([]);
  });
});
