import { existsSync, watch } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

/** Instants of a run that can be seen from outside, by what a program has just put on disk. */
const instants = {
  'the coordinator holds the beginning of an upload': /^coordinator\/uploads\//,
  'the coordinator has spooled a payload': /^coordinator\/payloads\//,
  'the coordinator writes its database': /^coordinator\/coordinator\.sqlite-wal$/,
  'a site has made or opened a key': /^(\w+)\/state\/keys\//,
  'a site has pinned a run': /^(\w+)\/state\/runs\/[^/]+\/identity\.json$/,
  'a site keeps a training checkpoint': /^(\w+)\/state\/runs\/[^/]+\/checkpoints\/[^/]+\/state$/,
  'a site notes its rounding error': /^(\w+)\/state\/runs\/[^/]+\/pending/,
  'a site has sealed a contribution': /^(\w+)\/state\/runs\/[^/]+\/contributions\/.*\.json$/,
  'a site has a line in its ledger': /^(\w+)\/state\/ledger\/ledger\.jsonl$/,
  'a site keeps a receipt': /^(\w+)\/state\/ledger\/receipts\.jsonl$/,
  'a site has noted what it co-signs': /^(\w+)\/state\/agreement\/signed\//,
} as const satisfies Record<string, RegExp>;

export type Instant = keyof typeof instants;
export const instantNames = Object.keys(instants) as Instant[];

/** Sees the instants of a federation by watching its folder. */
export class Moments implements Disposable {
  readonly #watchers = new Set<(path: string) => void>();
  readonly #watcher;
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
    this.#watcher = watch(folder, { recursive: true }, (_event, path) => {
      if (path !== null) for (const watcher of [...this.#watchers]) watcher(path);
    });
    this.#watcher.on('error', () => undefined); // a folder that went away again while it was looked at
  }

  /**
   * The next time of an instant at a site (the coordinator has but one folder).
   * @param atOnce called in the same turn, before anything else
   * @returns false when it does not come in time
   */
  async next(instant: Instant, site: string, patienceMs: number, signal: AbortSignal, atOnce: () => void): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const watcher = (path: string): void => {
      const match = instants[instant].exec(path);
      if (!match || (match[1] !== undefined && match[1] !== site) || !existsSync(join(this.#folder, path))) return;
      this.#watchers.delete(watcher);
      atOnce();
      resolve(true);
    };
    this.#watchers.add(watcher);
    const over = new AbortController();
    const late = setTimeout(patienceMs, false, { signal: AbortSignal.any([signal, over.signal]) }).catch(() => false);
    const came = await Promise.race([promise, late]);
    this.#watchers.delete(watcher);
    over.abort();
    return came;
  }

  [Symbol.dispose](): void {
    this.#watcher.close();
  }
}
