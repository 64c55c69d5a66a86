import { execFile } from 'node:child_process';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';

/** TCP payload between the sites and the coordinator's port: TLS and framing are in it, IP headers are not. */
export interface WireBytes {
  readonly up: number;
  readonly down: number;
}

/** Each sample is a process of its own, on the cores that are measured. */
const periodMs = 500;
const run = promisify(execFile);

/**
 * Reads the kernel's counters (tcp_info by sock_diag, through `ss`) of every connection to a port, at the end that dialled. It is
 * the way in which the peers were measured. A connection keeps what was last seen of it when it is gone.
 */
export class WireMeter implements AsyncDisposable {
  readonly #port: number;
  readonly #connections = new Map<string, WireBytes>();
  readonly #samples: { atMs: number; bytes: WireBytes }[] = [];
  readonly #stop = new AbortController();
  readonly #sampling: Promise<void>;

  /** @returns undefined where there is no `ss` */
  static async start(port: number): Promise<WireMeter | undefined> {
    try {
      await run('ss', ['-V']);
    } catch {
      return undefined;
    }
    return new WireMeter(port);
  }

  private constructor(port: number) {
    this.#port = port;
    this.#sampling = this.#sample();
  }

  /** Bytes between two moments, by straight lines between the samples about them. */
  between(fromMs: number, toMs: number): WireBytes {
    const [from, to] = [this.#at(fromMs), this.#at(toMs)];
    return { up: to.up - from.up, down: to.down - from.down };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#sampling;
  }

  async #sample(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      await this.look();
      await setTimeout(periodMs, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Takes a sample now. */
  async look(): Promise<void> {
    const { stdout } = await run('ss', ['-tinHO', `dport = :${this.#port}`], { maxBuffer: 1 << 26 });
    for (const line of stdout.split('\n')) {
      const [, , , local] = line.split(/\s+/);
      if (!local) continue;
      const counter = (name: string) => Number(new RegExp(`\\b${name}:(\\d+)`).exec(line)?.[1] ?? 0);
      this.#connections.set(local, { up: counter('bytes_acked'), down: counter('bytes_received') });
    }
    const total = (way: keyof WireBytes) => [...this.#connections.values()].reduce((sum, bytes) => sum + bytes[way], 0);
    this.#samples.push({ atMs: Date.now(), bytes: { up: total('up'), down: total('down') } });
  }

  #at(atMs: number): WireBytes {
    const after = this.#samples.findIndex((sample) => sample.atMs >= atMs);
    if (after <= 0) return this.#samples.at(after)?.bytes ?? { up: 0, down: 0 };
    const [left, right] = [this.#samples[after - 1]!, this.#samples[after]!];
    const share = (atMs - left.atMs) / (right.atMs - left.atMs);
    const along = (way: keyof WireBytes) => left.bytes[way] + share * (right.bytes[way] - left.bytes[way]);
    return { up: along('up'), down: along('down') };
  }
}
