import { once } from 'node:events';
import { connect, createSecureServer, type ClientHttp2Session, type IncomingHttpHeaders, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import type { CertificateAuthority } from '../../coordinator/federation/certificate-authority.ts';
import { systemClock } from '../../shared/clock.ts';
import type { SiteFolder } from '../../site-agent/identity/site-folder.ts';
import { wireMethods, type WireMethod } from './wire-message.ts';

/** A call as its caller made it. */
export interface ReadCall {
  readonly method: WireMethod;
  /** All that came ahead of the messages, without HTTP/2's own. */
  readonly headers: Readonly<Record<string, string>>;
  /** Protobuf messages, in order. */
  readonly messages: readonly Buffer[];
  /** What is not a whole message yet. */
  readonly rest: Buffer;
}

export interface ReadingRelay extends AsyncDisposable {
  readonly port: number;
  /** Every call that the site has made through here. */
  readonly calls: readonly ReadCall[];
}

/**
 * Stands between a site's agent and its coordinator and reads all that the agent sends: it holds the federation's
 * authority, so that the agent trusts it, and the site's TLS key, so that the coordinator does.
 */
export async function startReadingRelay(authority: CertificateAuthority, coordinatorPort: number, { identity }: SiteFolder): Promise<ReadingRelay> {
  const ca = authority.certificate.toString();
  const own = await authority.issueServerCertificate([], systemClock.nowMs());
  const calls: ReadCall[] = [];
  const sessions = new Set<ServerHttp2Session>();
  const onwards = new WeakMap<object, ClientHttp2Session>();
  const server = createSecureServer({ cert: own.chain, key: own.privateKey, ca, requestCert: true, settings: { initialWindowSize: 2 ** 20 } });
  server.on('session', (session) => {
    const onward = connect(`https://127.0.0.1:${coordinatorPort}`, { ca, cert: identity.client!.certificate, key: identity.client!.privateKey, settings: { initialWindowSize: 2 ** 20 } });
    sessions.add(session);
    onwards.set(session, onward);
    onward.on('error', () => undefined);
    onward.on('close', () => session.destroy());
    session.on('close', () => {
      sessions.delete(session);
      onward.destroy();
    });
  });
  server.on('stream', (inward, headers) => {
    const call = new IncomingCall(headers);
    calls.push(call);
    inward.on('data', (bytes: Buffer) => call.take(bytes));
    passOn(inward, headers, onwards.get(inward.session!)!);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    calls,
    [Symbol.asyncDispose]: async () => {
      for (const session of sessions) session.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

function passOn(inward: ServerHttp2Stream, headers: IncomingHttpHeaders, onward: ClientHttp2Session): void {
  const outward = onward.request(headers);
  let trailers: IncomingHttpHeaders = {};
  for (const [here, there] of [[inward, outward], [outward, inward]] as const) {
    here.on('error', () => undefined);
    here.on('close', () => void (here.rstCode === 0 || there.closed || there.close(here.rstCode))); // 0: it came to its end
  }
  inward.pipe(outward);
  outward.on('trailers', (received) => (trailers = received));
  outward.on('response', (response, flags) => {
    const endStream = (flags & 1) === 1; // END_STREAM (RFC 9113, section 6.2): a refusal without a message
    inward.respond(response, { endStream, waitForTrailers: !endStream });
    if (endStream) return;
    inward.on('wantTrailers', () => inward.sendTrailers(trailers));
    outward.pipe(inward);
  });
}

/** Cuts what comes into gRPC's messages: one byte that says whether it is compressed, four of length, the message. */
class IncomingCall implements ReadCall {
  readonly method: WireMethod;
  readonly headers: Readonly<Record<string, string>>;
  readonly messages: Buffer[] = [];
  rest = Buffer.alloc(0);

  constructor(headers: IncomingHttpHeaders) {
    const path = String(headers[':path']);
    const method = wireMethods.get(path);
    if (!method) throw new Error(`Nothing is called ${path}.`);
    this.method = method;
    this.headers = Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith(':')).map(([name, value]) => [name, String(value)]));
  }

  take(bytes: Buffer): void {
    this.rest = Buffer.concat([this.rest, bytes]);
    while (this.rest.length >= 5 && this.rest.length >= 5 + this.rest.readUInt32BE(1)) {
      if (this.rest[0] !== 0) throw new Error('A compressed message cannot be read here.');
      const end = 5 + this.rest.readUInt32BE(1);
      this.messages.push(Buffer.from(this.rest.subarray(5, end)));
      this.rest = this.rest.subarray(end);
    }
  }
}
