import type { ContributionStore } from '../contributions/contribution.ts';
import type { DecryptionStore } from '../decryptions/decryption.ts';
import type { EpochStore } from '../group-keys/epoch.ts';
import type { DepartureReceiptStore } from '../ledgers/departure-receipt.ts';
import type { LedgerHeadStore } from '../ledgers/ledger-head.ts';
import type { ManifestStore } from '../manifests/manifest.ts';
import type { ModelVersionStore } from '../model-versions/model-version.ts';
import type { RosterTables } from '../rosters/roster-tables.ts';
import type { RoundStore } from '../rounds/round.ts';
import type { RunStore } from './run.ts';

/** The tables that a run touches as it goes on. */
export interface RunTables extends RosterTables {
  readonly contributions: ContributionStore;
  readonly decryptions: DecryptionStore;
  readonly departureReceipts: DepartureReceiptStore;
  readonly epochs: EpochStore;
  readonly ledgerHeads: LedgerHeadStore;
  readonly manifests: ManifestStore;
  readonly modelVersions: ModelVersionStore;
  readonly rounds: RoundStore;
  readonly runs: RunStore;
}
