import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:tls';
import type { Address } from '../../shared/tls/address.ts';
import { generateTlsKeys, privateKeyPem, tlsKeyAlgorithm } from '../../shared/tls/tls-key.ts';
import { x509 } from '../../shared/tls/x509.ts';

export interface InspectingFirewall extends AsyncDisposable {
  readonly address: Address;
  /** PEM: what the hospital has on its machines. */
  readonly authority: string;
}

/** What a firewall shows that opens TLS: a certificate for the right address, with the coordinator's subject, from its own authority. */
export async function startInspectingFirewall(): Promise<InspectingFirewall> {
  const name = 'CN=FortiGate CA, O=Hospital IT';
  const [authorityKeys, keys] = [await generateTlsKeys(), await generateTlsKeys()];
  const authority = await x509.X509CertificateGenerator.createSelfSigned({
    name,
    keys: authorityKeys,
    signingAlgorithm: tlsKeyAlgorithm,
    extensions: [new x509.BasicConstraintsExtension(true, 0, true)],
  });
  const certificate = await x509.X509CertificateGenerator.create({
    subject: 'CN=coordinator',
    issuer: name,
    publicKey: keys.publicKey,
    signingKey: authorityKeys.privateKey,
    signingAlgorithm: tlsKeyAlgorithm,
    extensions: [new x509.SubjectAlternativeNameExtension([{ type: 'ip', value: '127.0.0.1' }]), new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth])],
  });
  const server = createServer({ cert: certificate.toString('pem'), key: await privateKeyPem(keys.privateKey), ALPNProtocols: ['h2'] }, (socket) => socket.on('error', () => undefined));
  server.on('tlsClientError', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: { host: '127.0.0.1', port: (server.address() as AddressInfo).port },
    authority: authority.toString('pem'),
    [Symbol.asyncDispose]: async () => {
      server.close();
      await once(server, 'close');
    },
  };
}
