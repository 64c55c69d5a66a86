import { EventEmitter, once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import type { Address } from '../../shared/tls/address.ts';

export interface Relay extends AsyncDisposable {
  readonly address: Address;
  /** Breaks all connections, as an unplugged cable or a killed process does; later ones go through. */
  cut(): void;
  /** Keeps back what those who are connected send, until what it returns is called; later connections are not held. */
  hold(): () => void;
  /** Does something in the moment when those who connect have sent so many bytes in all. */
  whenSent(bytes: number, act: () => void): void;
  /** Drops whatever either end of the present connections sends, without a word, as a firewall does that has forgotten them; later ones go through. */
  forget(): void;
  /** How many bytes those who connect have sent, on all connections together. */
  readonly sentBytes: number;
  /** How many bytes they were sent. */
  readonly receivedBytes: number;
  /** How many connections there were. */
  readonly connections: number;
  /** The most that there were at a time. */
  readonly connectionsAtOnce: number;
  /** How many connections there will have been, at least, when it resolves. */
  connected(count: number): Promise<void>;
}

/** Passes bytes between whoever connects and the target, until told to cut. */
export async function startRelay(target: Address, host = '127.0.0.1'): Promise<Relay> {
  const sockets = new Set<Socket>();
  const inwards = new Set<Socket>();
  const moments: { readonly at: number; readonly act: () => void }[] = [];
  const events = new EventEmitter();
  let sentBytes = 0;
  let receivedBytes = 0;
  let connections = 0;
  let connectionsAtOnce = 0;
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  };
  const server = createServer((inward) => {
    const outward = connect({ host: target.host, port: target.port });
    keep(inward);
    inwards.add(inward);
    connectionsAtOnce = Math.max(connectionsAtOnce, inwards.size);
    connections++;
    events.emit('connection');
    inward.on('close', () => inwards.delete(inward));
    keep(outward);
    inward.on('data', (bytes) => {
      sentBytes += bytes.length;
      for (const moment of moments.filter(({ at }) => sentBytes >= at)) {
        moments.splice(moments.indexOf(moment), 1);
        moment.act();
      }
    });
    outward.on('error', () => inward.destroy()); // nothing listens there
    outward.on('data', (bytes) => (receivedBytes += bytes.length));
    inward.pipe(outward).pipe(inward);
  });
  server.listen(0, host);
  await once(server, 'listening');
  const cut = () => {
    for (const socket of sockets) socket.resetAndDestroy();
  };
  return {
    address: { host, port: (server.address() as AddressInfo).port },
    cut,
    hold: () => {
      const held = [...inwards];
      for (const inward of held) inward.pause();
      return () => held.forEach((inward) => inward.resume());
    },
    whenSent: (at, act) => void moments.push({ at, act }),
    forget: () => {
      for (const socket of sockets) socket.unpipe().on('data', () => undefined).resume();
    },
    get sentBytes() {
      return sentBytes;
    },
    get receivedBytes() {
      return receivedBytes;
    },
    get connections() {
      return connections;
    },
    get connectionsAtOnce() {
      return connectionsAtOnce;
    },
    connected: async (count) => {
      while (connections < count) await once(events, 'connection');
    },
    [Symbol.asyncDispose]: async () => {
      server.close();
      cut();
      await once(server, 'close');
    },
  };
}
