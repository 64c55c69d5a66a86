import { Counter, Gauge, type Registry } from 'prom-client';

/** What an agent shows to Prometheus: its connection, its work, and how far training is. Nothing derived from patients. */
export class AgentMetrics {
  readonly #connected: Gauge;
  readonly #work: Counter<'kind' | 'outcome'>;
  readonly #progress: Gauge<'run'>;
  #isConnected = false;

  constructor(registry: Registry) {
    const registers = [registry];
    this.#connected = new Gauge({ name: 'consilium_coordinator_connected', help: '1 while the watch stream to the coordinator is open.', registers });
    this.#work = new Counter({
      name: 'consilium_assignments_total',
      help: 'Pieces of work by kind and outcome: done, or a code of the error catalogue.',
      labelNames: ['kind', 'outcome'],
      registers,
    });
    this.#progress = new Gauge({ name: 'consilium_training_progress_ratio', help: 'Share of the steps of the round that are done.', labelNames: ['run'], registers });
  }

  get connected(): boolean {
    return this.#isConnected;
  }

  setConnected(connected: boolean): void {
    this.#isConnected = connected;
    this.#connected.set(Number(connected));
  }

  countWork(kind: string, outcome: string): void {
    this.#work.inc({ kind, outcome });
  }

  setTrainingProgress(run: string, ratio: number): void {
    this.#progress.set({ run }, ratio);
  }
}
