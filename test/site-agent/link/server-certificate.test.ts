import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { expect } from 'chai';
import { CertificateAuthority } from '../../../coordinator/federation/certificate-authority.ts';
import { systemClock } from '../../../shared/clock.ts';
import type { Address } from '../../../shared/tls/address.ts';
import { readServerChain, requireTrustedChain } from '../../../site-agent/link/server-certificate.ts';
import { certificateRequest, makeSiteKeys } from '../../../site-agent/identity/site-keys.ts';
import { expectError } from '../../support/expect-error.ts';
import { dayMs } from '../../support/set-clock.ts';

const nowMs = systemClock.nowMs();
const address = { host: 'coordinator.example', port: 8443 };
const signal = new AbortController().signal;

async function serverCertificate(authority: CertificateAuthority, hosts = [address.host], madeAtMs = nowMs): Promise<X509Certificate> {
  return new X509Certificate((await authority.issueServerCertificate(hosts, madeAtMs)).chain);
}

describe('server certificate', () => {
  let authority: CertificateAuthority;
  let impostor: CertificateAuthority;

  before(async () => {
    authority = await CertificateAuthority.create('Cardiology network', nowMs);
    impostor = await CertificateAuthority.create('Cardiology network', nowMs);
  });

  function check(chain: X509Certificate[], at: Partial<{ address: Address; nowMs: number }> = {}): X509Certificate {
    return requireTrustedChain(chain, { address, nowMs, fingerprint: authority.fingerprint, ...at }, 'fingerprint-mismatch');
  }

  it('is trusted when the pinned authority made it for the address', async () => {
    expect(check([await serverCertificate(authority), authority.certificate]).raw).to.deep.equal(authority.certificate.raw);
  });

  it('is not trusted from another authority, also when the pinned one stands beside it', async () => {
    const forged = await serverCertificate(impostor);
    await expectError('fingerprint-mismatch', () => check([forged, impostor.certificate]));
    await expectError('fingerprint-mismatch', () => check([forged, authority.certificate]));
    await expectError('fingerprint-mismatch', () => check([forged]));
    await expectError('fingerprint-mismatch', () => check([]));
  });

  it('is not that of a site, whatever the site is called', async () => {
    const keys = await makeSiteKeys();
    const { certificate } = await authority.issueSiteCertificate('coordinator', await certificateRequest(keys.tls), nowMs);
    await expectError('fingerprint-mismatch', () => check([new X509Certificate(certificate), authority.certificate], { address: { host: 'coordinator', port: 1 } }));
  });

  it('is for the address only', async () => {
    const certificate = await serverCertificate(authority, ['other.example', '192.0.2.7']);
    await expectError('coordinator-name-mismatch', () => check([certificate, authority.certificate]));
    await expectError('coordinator-name-mismatch', () => check([certificate, authority.certificate], { address: { host: 'coordinator', port: 1 } }));
    check([certificate, authority.certificate], { address: { host: '192.0.2.7', port: 1 } });
  });

  it('is refused when it has expired', async () => {
    const certificate = await serverCertificate(authority, [address.host], nowMs - 60 * dayMs);
    const error = await expectError('coordinator-certificate-refused', () => check([certificate, authority.certificate]));
    expect(error.detail).to.contain('expired');
  });

  it('cannot be read from something that does not speak TLS', async () => {
    await using server = await listen((socket) => socket.end('220 mail.example ESMTP\r\n'));
    const error = await expectError('coordinator-unreachable', readServerChain(server, { signal, timeoutMs: 5000 }));
    expect(error.detail).to.contain('does not speak TLS');
  });

  it('is not waited for any longer than told', async () => {
    await using server = await listen(() => undefined);
    const error = await expectError('coordinator-unreachable', readServerChain(server, { signal, timeoutMs: 100 }));
    expect(error.detail).to.contain('in time');
  });
});

async function listen(onConnection: (socket: Socket) => void): Promise<AsyncDisposable & { address: Address }> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    onConnection(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: { host: '127.0.0.1', port: (server.address() as AddressInfo).port },
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
