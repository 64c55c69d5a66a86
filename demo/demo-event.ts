import type { PreparedHospitals } from './data/prepare-hospitals.ts';
import type { FederationProgram } from './demo-federation.ts';
import type { HospitalAlone } from './hospitals-alone.ts';
import type { TrainedRound } from './training-run.ts';

/** What the demonstration tells, in this order; with `--json` each one is a line, and the summary is the last. */
export type DemoEvent =
  | { readonly event: 'note'; readonly text: string }
  | { readonly event: 'data'; readonly data: DataSource; readonly hospitals: readonly HospitalRows[] }
  | ({ readonly event: 'program'; readonly log: string } & FederationProgram)
  | ({ readonly event: 'round' } & TrainedRound)
  | ({ readonly event: 'hospital-alone' } & HospitalAlone)
  | ({ readonly event: 'places' } & DemoPlaces)
  | ({ readonly event: 'summary' } & DemoSummary);

export type DataSource = PreparedHospitals['source'];

/** Rows of a hospital. */
export interface HospitalRows {
  readonly site: string;
  readonly train: number;
  readonly test: number;
}

/** Where the results are. */
export interface DemoPlaces {
  readonly run: string;
  readonly model: string;
  readonly logs: string;
  /** `/metrics` of each program as it was at the end. */
  readonly metrics: string;
  /** Connection file for `consilium`. */
  readonly connection: string;
}

/** The last line of `--json`; its keys are stable. */
export interface DemoSummary {
  readonly data: DataSource;
  readonly sites: number;
  readonly rounds: number;
  readonly encrypted: boolean;
  /** Of the last version, on the test rows of all hospitals, as their encrypted evaluation says. */
  readonly pooledAccuracy: number;
  readonly pooledAuc: number;
  /** Mean payload that a site sends in a training round. */
  readonly bytesUpPerSiteRound: number;
  /** From the start of the demonstration until everything is told. */
  readonly seconds: number;
  readonly modelFolder: string;
}

export interface DemoTeller extends Disposable {
  /** What goes on just now, for a person who waits. */
  progress(text: string): void;
  tell(event: DemoEvent): void;
  /** Everything goes on running until the person stops it. */
  keepRunning(): void;
}
