import { setTimeout } from 'node:timers/promises';
import { childPids } from '../support/child-processes.ts';
import type { Disk } from './disk.ts';
import type { FederationUnderChaos } from './federation-under-chaos.ts';
import type { Fault } from './schedule.ts';
import type { Weather } from './wire.ts';

/** How long an instant is waited for; then the fault comes at any time. */
const instantPatienceMs = 15_000;
/** After a fault, the programs come up again before the next one: killed ever again while they start, they would come to nothing. */
const upPatienceMs = 120_000;

/** Does the faults of a schedule one after the other, until they are done or the run ends. */
export class FaultWork {
  readonly #federation: FederationUnderChaos;
  readonly #disk: Disk;
  readonly #signal: AbortSignal;
  readonly done: Fault[] = [];
  kills = 0;

  constructor(federation: FederationUnderChaos, disk: Disk, signal: AbortSignal) {
    this.#federation = federation;
    this.#disk = disk;
    this.#signal = signal;
  }

  async do(faults: readonly Fault[]): Promise<void> {
    for (const fault of faults) {
      if (this.#signal.aborted) return;
      const isDone = await this.#do(fault);
      if (isDone) this.done.push(fault);
    }
  }

  async #do(fault: Fault): Promise<boolean> {
    const { moments, wires } = this.#federation;
    switch (fault.kind) {
      case 'kill': {
        await this.#everyoneUp();
        const kill = () => this.#kill(fault);
        if (fault.at !== 'any time') {
          if (fault.afterMs === 0) {
            let killing: Promise<boolean> | undefined;
            await moments.next(fault.at, fault.site, instantPatienceMs, this.#signal, () => {
              killing = kill();
            });
            return killing ?? kill();
          }
          await moments.next(fault.at, fault.site, instantPatienceMs, this.#signal, () => undefined);
        }
        await this.#pause(fault.afterMs);
        return kill();
      }
      case 'kill between ledger line and first byte': {
        await this.#everyoneUp();
        const release = wires.get(fault.site)!.hold();
        await moments.next('a site has a line in its ledger', fault.site, instantPatienceMs, this.#signal, () => {
          this.#count(this.#program(fault.site)?.kill(fault.awayMs));
        });
        wires.get(fault.site)!.cut();
        release();
        return true;
      }
      case 'cut':
        wires.get(fault.site)!.cut();
        return true;
      case 'half-open':
        wires.get(fault.site)!.goSilent();
        return true;
      case 'delay':
        return this.#weather(fault.site, { kind: 'delayed', delayMs: fault.delayMs }, fault.forMs);
      case 'one byte at a time':
        return this.#weather(fault.site, { kind: 'one byte at a time' }, fault.forMs);
      case 'full disk': {
        const isFull = this.#disk.fill();
        if (isFull) await this.#pause(fault.forMs);
        this.#disk.empty();
        return isFull;
      }
      case 'turn the clock':
        this.#federation.turnClock(fault.program, fault.aheadMs);
        return true;
    }
  }

  /** In the same turn where it can: the instant is now. */
  async #kill({ process: kind, site, awayMs }: Extract<Fault, { kind: 'kill' }>): Promise<boolean> {
    if (this.#signal.aborted) return false;
    const program = this.#program(kind === 'coordinator' ? 'coordinator' : site);
    if (kind !== 'trainer') return this.#count(program?.kill(awayMs));
    const [trainer] = program?.pid === undefined ? [] : await childPids(program.pid);
    if (trainer === undefined) return this.#count(program?.kill(awayMs));
    return this.#count(process.kill(trainer, 'SIGKILL'));
  }

  #count(isKilled: boolean | undefined): boolean {
    if (isKilled) this.kills += 1;
    return isKilled ?? false;
  }

  #program(name: string) {
    return this.#federation.programs.get(name);
  }

  async #weather(site: string, weather: Weather, forMs: number): Promise<boolean> {
    const wire = this.#federation.wires.get(site)!;
    wire.weather = weather;
    await this.#pause(forMs);
    wire.weather = { kind: 'clear' };
    return true;
  }

  async #pause(ms: number): Promise<void> {
    await setTimeout(ms, undefined, { signal: this.#signal }).catch(() => undefined);
  }

  async #everyoneUp(): Promise<void> {
    await this.#federation.everyoneUp(upPatienceMs, this.#signal);
  }
}
