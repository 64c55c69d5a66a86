import { Counter, Gauge, type Registry } from 'prom-client';
import type { Clock } from '../../shared/clock.ts';
import { diskGauges } from '../../shared/operations/disk-gauges.ts';
import type { DiskState } from '../../shared/storage/disk-room.ts';
import { certificateGauges, type CertificateExpiry } from '../../shared/operations/certificate-gauges.ts';
import type { DepartureMeter } from '../egress/departures.ts';
import type { LedgerEntry } from '../egress/ledger-line.ts';

/** What an agent shows to Prometheus: its connection, its certificates, its work, and how far training is. Nothing derived from patients. */
export class AgentMetrics implements DepartureMeter {
  readonly #registry: Registry;
  readonly #connected: Gauge;
  readonly #work: Counter<'kind' | 'outcome'>;
  readonly #progress: Gauge<'run'>;
  readonly #ledgerLines: Counter;
  readonly #ledgerHead: Gauge;
  readonly #egressBytes: Counter<'what'>;
  readonly #paused: Gauge;
  readonly #decisions: Gauge<'decision'>;
  readonly #decryptions: Counter;
  #isConnected = false;
  #disk: (() => DiskState) | undefined;

  constructor(registry: Registry) {
    this.#registry = registry;
    const registers = [registry];
    this.#connected = new Gauge({ name: 'consilium_coordinator_connected', help: '1 while the watch stream to the coordinator is open.', registers });
    this.#work = new Counter({
      name: 'consilium_assignments_total',
      help: 'Pieces of work by kind and outcome: done, or a code of the error catalogue.',
      labelNames: ['kind', 'outcome'],
      registers,
    });
    this.#decryptions = new Counter({ name: 'consilium_decryptions_total', help: 'Summed ciphertexts to which the secret group key was put.', registers });
    this.#progress = new Gauge({ name: 'consilium_training_progress_ratio', help: 'Share of the steps of the round that are done.', labelNames: ['run'], registers });
    this.#ledgerLines = new Counter({ name: 'consilium_ledger_lines_total', help: 'Lines written into the egress ledger since the agent started.', registers });
    this.#ledgerHead = new Gauge({ name: 'consilium_ledger_head_sequence', help: 'Number of the newest line of the egress ledger.', registers });
    this.#egressBytes = new Counter({
      name: 'consilium_egress_bytes_total',
      help: 'Bytes that left under a ledger line since the agent started, repetitions included: contributions and opened sums.',
      labelNames: ['what'],
      registers,
    });
    this.#paused = new Gauge({ name: 'consilium_site_paused', help: '1 while the hospital has paused its site.', registers });
    this.#decisions = new Gauge({
      name: 'consilium_study_decisions',
      help: 'Proposed studies by what is decided about their newest plan and roster; waiting ones ask for a person.',
      labelNames: ['decision'],
      registers,
    });
  }

  get connected(): boolean {
    return this.#isConnected;
  }

  setConnected(connected: boolean): void {
    this.#isConnected = connected;
    this.#connected.set(Number(connected));
  }

  /** Call it once. */
  showCertificates(certificates: () => readonly CertificateExpiry[], clock: Clock): void {
    certificateGauges(this.#registry, clock, certificates);
  }

  /** Call it once. */
  showDisk(disk: () => DiskState): void {
    this.#disk = disk;
    diskGauges(this.#registry, disk);
  }

  /** Nothing while the agent starts. */
  get disk(): DiskState | undefined {
    return this.#disk?.();
  }

  setPaused(paused: boolean): void {
    this.#paused.set(Number(paused));
  }

  setStudyDecisions(studies: Readonly<Record<string, number>>): void {
    for (const [decision, count] of Object.entries(studies)) this.#decisions.set({ decision }, count);
  }

  countWork(kind: string, outcome: string): void {
    this.#work.inc({ kind, outcome });
  }

  setLedgerHead(sequence: number): void {
    this.#ledgerHead.set(sequence);
  }

  countDeparture(what: LedgerEntry['what'], bytes: number): void {
    this.#ledgerLines.inc();
    this.#egressBytes.inc({ what }, bytes);
  }

  countDecryption(): void {
    this.#decryptions.inc();
  }

  setTrainingProgress(run: string, ratio: number): void {
    this.#progress.set({ run }, ratio);
  }
}
