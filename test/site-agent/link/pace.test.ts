import { join } from 'node:path';
import { expect } from 'chai';
import { CertificateAuthority } from '../../../coordinator/federation/certificate-authority.ts';
import type { ServedService } from '../../../coordinator/rpc/server.ts';
import { systemClock } from '../../../shared/clock.ts';
import type { ContributionChunk, ContributionChunkInput } from '../../../shared/wire/generated/consilium/v1/ContributionChunk.ts';
import { services } from '../../../shared/wire/services.ts';
import { chunkBytes } from '../../../shared/wire/transport-options.ts';
import { joinFederation } from '../../../site-agent/identity/join.ts';
import type { ChannelIdentity } from '../../../site-agent/link/channel-identity.ts';
import { Channel } from '../../../site-agent/link/channel.ts';
import { startConnectProxy } from '../../support/connect-proxy.ts';
import { startRelay } from '../../support/relay.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { startTestCoordinator, type TestCoordinator } from '../../support/test-coordinator.ts';

const signal = new AbortController().signal;
const bytesPerSecond = 1_000_000;
const payload = Buffer.alloc(2 ** 20, 'payload');

/** A site, and a coordinator that takes all that is uploaded and hands out the payload. */
async function startTransfers(): Promise<AsyncDisposable & { coordinator: TestCoordinator; identity: ChannelIdentity; uploaded: () => Buffer }> {
  await using stack = new AsyncDisposableStack();
  const parent = stack.use(temporaryFolder());
  const pieces: Buffer[] = [];
  const coordinator = stack.use(
    await startTestCoordinator({
      services: (adapter): ServedService[] => [
        {
          definition: services.contributions,
          handlers: {
            Upload: adapter.clientStream(async (_site, chunks: AsyncIterable<ContributionChunk>) => {
              for await (const { ciphertexts } of chunks) pieces.push(Buffer.from(ciphertexts!));
              return {};
            }),
          },
        },
        {
          definition: services.modelVersions,
          handlers: {
            Download: adapter.serverStream(async function* () {
              yield { bytes: payload };
            }),
          },
        },
      ],
    }),
  );
  const { identity } = await joinFederation(join(parent.path, 'site'), await coordinator.invite('mercy'), { signal });
  const resources = stack.move();
  return { coordinator, identity, uploaded: () => Buffer.concat(pieces), [Symbol.asyncDispose]: () => resources.disposeAsync() };
}

function* piecesOf(bytes: Buffer, pieceBytes: number): Generator<ContributionChunkInput> {
  for (let at = 0; at < bytes.length; at += pieceBytes) yield { ciphertexts: bytes.subarray(at, at + pieceBytes) };
}

/** What may have gone through in this time at most: the rate, what was saved up, and one piece of whatever size was read or written at once. */
function mostBytes(beganMs: number): number {
  return (bytesPerSecond * (systemClock.nowMs() - beganMs)) / 1000 + bytesPerSecond / 4 + 65_536;
}

describe('a site with a bandwidth limit', () => {
  it('uploads no faster than that with everything on the wire counted, and other calls are answered meanwhile', async () => {
    await using transfers = await startTransfers();
    await using relay = await startRelay(transfers.coordinator.address);
    const beganMs = systemClock.nowMs();
    using channel = new Channel({ ...transfers.identity, address: relay.address, uploadBytesPerSecond: bytesPerSecond }, systemClock);
    expect(channel.pieceBytes).to.equal(bytesPerSecond / 4);
    let uploading = true;
    const upload = channel.clientStream(services.contributions.Upload, piecesOf(payload, channel.pieceBytes), { signal }).finally(() => (uploading = false));
    let answered = 0;
    while (uploading) {
      await channel.unary(services.enrolment.Describe, {}, { signal });
      answered++;
    }
    await upload;
    expect(relay.sentBytes).to.be.greaterThan(payload.length).and.at.most(mostBytes(beganMs));
    expect(transfers.uploaded().equals(payload)).to.equal(true);
    expect(answered, 'calls that were answered during the upload').to.be.at.least(2);
    expect(relay.connections).to.equal(1);
  });

  it('downloads no faster than that', async () => {
    await using transfers = await startTransfers();
    await using relay = await startRelay(transfers.coordinator.address);
    using channel = new Channel({ ...transfers.identity, address: relay.address, downloadBytesPerSecond: bytesPerSecond }, systemClock);
    await channel.unary(services.enrolment.Describe, {}, { signal });
    const beganMs = systemClock.nowMs();
    const before = relay.receivedBytes;
    const [chunk] = await Array.fromAsync(channel.serverStream(services.modelVersions.Download, {}, { signal }));
    expect(chunk?.bytes.equals(payload)).to.equal(true);
    // What the coordinator may send ahead is under way when the last byte arrives.
    expect(relay.receivedBytes - before).to.be.at.least(payload.length);
    expect(payload.length).to.be.at.most(mostBytes(beganMs));
  });

  it('keeps to it behind a proxy that is spoken to over TLS as well', async () => {
    await using transfers = await startTransfers();
    const hospital = await CertificateAuthority.create('Hospital', systemClock.nowMs());
    const { chain, privateKey } = await hospital.issueServerCertificate([], systemClock.nowMs());
    await using tunnelled = await startConnectProxy({ tls: { cert: chain, key: privateKey } });
    const proxy = { address: tunnelled.address, tls: true, authorities: [hospital.certificate.toString()] };
    const beganMs = systemClock.nowMs();
    using channel = new Channel({ ...transfers.identity, proxy, uploadBytesPerSecond: bytesPerSecond, downloadBytesPerSecond: bytesPerSecond }, systemClock);
    const [, [chunk]] = await Promise.all([
      channel.clientStream(services.contributions.Upload, piecesOf(payload, channel.pieceBytes), { signal }),
      Array.fromAsync(channel.serverStream(services.modelVersions.Download, {}, { signal })),
    ]);
    expect(payload.length).to.be.at.most(mostBytes(beganMs));
    expect(transfers.uploaded().equals(payload) && chunk?.bytes.equals(payload)).to.equal(true);
    expect(tunnelled.tunnels).to.equal(1);
  });

  it('has none unless it is asked for, and then sends the largest pieces', async () => {
    await using transfers = await startTransfers();
    using channel = new Channel(transfers.identity, systemClock);
    expect(channel.pieceBytes).to.equal(chunkBytes);
  });
});
