import { EventEmitter, once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CoordinatorClient } from '../../cli/coordinator-client.ts';
import { formatConnection, parseConnection } from '../../shared/http-api/connection-file.ts';
import { runResource } from '../../shared/http-api/run-resource.ts';
import { openCoordinatorFolder } from '../../coordinator/federation/coordinator-folder.ts';
import { Store } from '../../coordinator/store/store.ts';
import { coordinatorFolderOf, copyTemplate, sites } from './federation-template.ts';
import { patience } from '../support/patience.ts';
import { KeptProgram } from './kept-program.ts';
import { Moments } from './moments.ts';
import { processesWith } from './processes.ts';
import { Wire } from './wire.ts';

const goneMs = 10_000;
/** Half of a program's start is compiling, and a kill costs a start. */
const compileCache = join(tmpdir(), 'consilium-chaos-compile-cache');

/** One copy of the federation at work: every program a process that is started again when it ends, every site on a wire of its own. */
export class FederationUnderChaos implements AsyncDisposable {
  readonly path: string;
  readonly wires = new Map<string, Wire>();
  readonly programs = new Map<string, KeptProgram>();
  readonly moments: Moments;
  readonly read: Store['read'];
  readonly #logs: string;
  readonly #resources: AsyncDisposableStack;
  readonly #ready = new EventEmitter();
  /** Of the coordinator's newest process. */
  #httpPort = 0;

  /** @param logs a folder that is never full */
  static async start(template: string, path: string, logs: string): Promise<FederationUnderChaos> {
    await using stack = new AsyncDisposableStack();
    const wires = new Map<string, Wire>();
    for (const site of sites) wires.set(site, stack.use(await Wire.open()));
    copyTemplate(template, path, (site) => wires.get(site)!.port);
    const store = stack.use(await Store.open((await openCoordinatorFolder(coordinatorFolderOf(path))).databaseFile));
    const moments = stack.use(new Moments(path));
    const federation = new FederationUnderChaos({ path, logs, moments, wires, read: store.read, resources: stack.move() });
    await federation.#startAll();
    return federation;
  }

  private constructor(parts: { path: string; logs: string; moments: Moments; wires: Map<string, Wire>; read: Store['read']; resources: AsyncDisposableStack }) {
    this.path = parts.path;
    this.#logs = parts.logs;
    this.moments = parts.moments;
    this.wires = parts.wires;
    this.read = parts.read;
    this.#resources = parts.resources;
  }

  siteFolder(site: string): string {
    return join(this.path, site);
  }

  /** A connection file of the operator for the coordinator's present address. */
  connectionFile(): string {
    const operator = join(coordinatorFolderOf(this.path), 'operator.json');
    const connection = parseConnection(operator, readFileSync(operator, 'utf8'));
    const file = join(this.#logs, 'connection.json');
    writeFileSync(file, formatConnection({ ...connection, url: `https://127.0.0.1:${this.#httpPort}` }), { mode: 0o600 });
    return file;
  }

  async startRun(study: string, seed: number): Promise<string> {
    const file = this.connectionFile();
    const connection = parseConnection(file, readFileSync(file, 'utf8'));
    const client = new CoordinatorClient(connection, async () => connection.token as string, patience());
    return (await client.post('/runs', { study, seed }, runResource)).id;
  }

  /** Puts the clock of a program ahead of the machine's, or behind; it shows at once. */
  turnClock(program: string, aheadMs: number): void {
    writeFileSync(this.#clockFile(program), String(aheadMs));
  }

  /** Waits until every program is at work, but not longer than that. */
  async everyoneUp(patienceMs: number, signal: AbortSignal): Promise<void> {
    const until = AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]);
    while (![...this.programs.values()].every(({ isReady }) => isReady) && !until.aborted) await once(this.#ready, 'any', { signal: until }).catch(() => undefined);
  }

  /** Stops everything. @returns processes that it leaves behind */
  async stop(): Promise<number[]> {
    await Promise.all([...this.programs.values()].map((program) => program[Symbol.asyncDispose]()));
    return processesWith(`CONSILIUM_CHAOS_FEDERATION=${this.path}`, goneMs);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    await this.#resources.disposeAsync();
  }

  async #startAll(): Promise<void> {
    const at = '127.0.0.1:0';
    const serving = once(this.#ready, 'coordinator');
    this.#start('coordinator', ['coordinator', 'serve', coordinatorFolderOf(this.path), '--site-address', at, '--http-address', at, '--metrics-address', at], (ready) => {
      this.#httpPort = ready['httpPort'] as number;
      for (const wire of this.wires.values()) wire.coordinatorPort = ready['sitePort'] as number;
    });
    await serving;
    const working = sites.map((site) => once(this.#ready, site));
    for (const site of sites) this.#start(site, ['site', 'serve', this.siteFolder(site)]);
    await Promise.all(working);
  }

  #start(name: string, args: readonly string[], onReady: (ready: Readonly<Record<string, unknown>>) => void = () => undefined): void {
    this.turnClock(name, 0);
    const environment = { CONSILIUM_CHAOS_CLOCK: this.#clockFile(name), CONSILIUM_CHAOS_FEDERATION: this.path, NODE_COMPILE_CACHE: compileCache };
    const told = (ready: Readonly<Record<string, unknown>>) => {
      if (ready['event'] === 'stopped') return;
      onReady(ready);
      this.#ready.emit(name);
      this.#ready.emit('any');
    };
    this.programs.set(name, new KeptProgram({ args, logFile: join(this.#logs, `${name}.log`), environment, onReady: told }));
  }

  #clockFile(program: string): string {
    return join(this.#logs, `${program}.clock`);
  }
}
