import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { connect, type AddressInfo, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Address } from '../../shared/tls/address.ts';

export interface ConnectProxyOptions {
  /** `user:password` that it asks for. */
  readonly login?: string;
  /** What it says it takes; Basic unless it is one that nobody here can do. */
  readonly challenge?: string;
  /** Answers this to every request instead of connecting. */
  readonly answers?: number;
  /** Its certificate and key in PEM: then it is spoken to over TLS. */
  readonly tls?: { readonly cert: string; readonly key: string };
  /** Where its name servers say that a host is; those that are not named are as they are. */
  readonly hosts?: Readonly<Record<string, string>>;
  /** Takes the place of whatever is asked for, as a firewall does that opens TLS. */
  readonly instead?: Address;
}

export interface ConnectProxy extends AsyncDisposable {
  readonly address: Address;
  readonly url: string;
  /** What was asked for, in order: `host:port`. */
  readonly asked: readonly string[];
  /** Tunnels that were opened. */
  readonly tunnels: number;
}

/** An HTTP proxy as hospitals have them: it knows CONNECT only. */
export async function startConnectProxy({ login, challenge = 'Basic realm="hospital"', answers, tls, hosts = {}, instead }: ConnectProxyOptions = {}): Promise<ConnectProxy> {
  const sockets = new Set<Duplex>();
  const asked: string[] = [];
  let tunnels = 0;
  const keep = (socket: Duplex) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  };
  const refuse = (inward: Duplex, status: number, header = '') => inward.end(`HTTP/1.1 ${status} No\r\n${header}Content-Length: 0\r\n\r\n`);
  const onConnect = ({ url = '', headers }: IncomingMessage, inward: Duplex) => {
    asked.push(url);
    keep(inward);
    if (answers !== undefined) return void refuse(inward, answers);
    if (login !== undefined && headers['proxy-authorization'] !== `Basic ${Buffer.from(login).toString('base64')}`) {
      return void refuse(inward, 407, `Proxy-Authenticate: ${challenge}\r\n`);
    }
    const { hostname, port } = new URL(`http://${url}`);
    const outward: Socket = connect(instead ?? { host: hosts[hostname] ?? hostname.replace(/^\[|\]$/g, ''), port: Number(port) });
    keep(outward);
    let open = false;
    outward.on('error', () => void (open || refuse(inward, 502)));
    outward.on('connect', () => {
      open = true;
      tunnels++;
      inward.write('HTTP/1.1 200 Connection established\r\n\r\n');
      inward.pipe(outward).pipe(inward);
    });
    inward.on('close', () => outward.destroy());
    outward.on('close', () => inward.destroy());
  };
  const server = tls ? createTlsServer(tls) : createServer();
  server.on('connection', keep);
  server.on('connect', onConnect);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = { host: '127.0.0.1', port: (server.address() as AddressInfo).port };
  return {
    address,
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${address.port}`,
    asked,
    get tunnels() {
      return tunnels;
    },
    [Symbol.asyncDispose]: async () => {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
}
