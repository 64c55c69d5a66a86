import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { setImmediate, setTimeout } from 'node:timers/promises';

/** How a network treats what a site and its coordinator send each other. */
export type Weather = { readonly kind: 'clear' } | { readonly kind: 'delayed'; readonly delayMs: number } | { readonly kind: 'one byte at a time' };

/** Bytes of each direction that go one by one, and what then still waits goes at once: a whole run would take hours. */
const drippedBytes = 400;

interface Pair {
  readonly sockets: readonly [Socket, Socket];
  isDead: boolean;
}

/** The wire between one site and its coordinator: an in-process TCP proxy whose weather can be changed. */
export class Wire implements AsyncDisposable {
  readonly #server: Server;
  readonly #pairs = new Set<Pair>();
  /** Where it leads; each start of the coordinator has another port. */
  coordinatorPort = 0;
  #weather: Weather = { kind: 'clear' };
  #held = Promise.withResolvers<void>();

  private constructor() {
    this.#held.resolve();
    this.#server = createServer((inward) => this.#join(inward));
  }

  static async open(): Promise<Wire> {
    const wire = new Wire();
    wire.#server.listen(0, '127.0.0.1');
    await once(wire.#server, 'listening');
    return wire;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  set weather(weather: Weather) {
    this.#weather = weather;
  }

  /** Breaks all connections, as a killed process does. */
  cut(): void {
    for (const { sockets } of this.#pairs) for (const socket of sockets) socket.resetAndDestroy();
  }

  /** All connections of now carry nothing more and stay open, as behind a firewall that forgot them; later ones are not concerned. */
  goSilent(): void {
    for (const pair of this.#pairs) pair.isDead = true;
  }

  /** Carries nothing from the site until what it returns is called. */
  hold(): () => void {
    this.#held = Promise.withResolvers<void>();
    return this.#held.resolve;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#held.resolve();
    this.#server.close();
    this.cut();
    await once(this.#server, 'close');
  }

  #join(inward: Socket): void {
    const outward = connect({ host: '127.0.0.1', port: this.coordinatorPort });
    const pair: Pair = { sockets: [inward, outward], isDead: false };
    this.#pairs.add(pair);
    for (const socket of pair.sockets) {
      socket.setNoDelay(true);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.#pairs.delete(pair);
        if (!pair.isDead) for (const either of pair.sockets) either.destroy();
      });
    }
    void this.#carry(inward, outward, pair, true);
    void this.#carry(outward, inward, pair, false);
  }

  /** A broken connection ends it; what was on its way is lost, as on any wire. */
  async #carry(from: Socket, to: Socket, pair: Pair, isFromSite: boolean): Promise<void> {
    try {
      for await (const bytes of from as AsyncIterable<Buffer>) {
        if (isFromSite) await this.#held.promise;
        if (pair.isDead) continue;
        for (const piece of await this.#pieces(bytes)) {
          if (!to.write(piece)) await once(to, 'drain');
          if (piece.length === 1) await setImmediate();
        }
      }
    } catch {
      from.destroy();
    } finally {
      if (!pair.isDead) to.end();
    }
  }

  async #pieces(bytes: Buffer): Promise<Buffer[]> {
    if (this.#weather.kind === 'delayed') await setTimeout(this.#weather.delayMs);
    if (this.#weather.kind !== 'one byte at a time') return [bytes];
    const dripped = bytes.subarray(0, drippedBytes);
    return [...Array.from(dripped, (_, at) => dripped.subarray(at, at + 1)), bytes.subarray(dripped.length)].filter(({ length }) => length > 0);
  }
}
