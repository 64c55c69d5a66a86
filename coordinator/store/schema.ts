import type { Generated } from 'kysely';
import type { Part } from '../../shared/layouts/vector-layout.ts';
import type { ChainedAuditEvent } from '../../shared/statements/audit-event.ts';
import type { SignedStudyDecision } from '../../shared/statements/study-decision.ts';
import type { Contribution, LateContribution } from '../contributions/contribution.ts';
import type { DepartureReceipt } from '../ledgers/departure-receipt.ts';
import type { LedgerReceipt } from '../../shared/statements/ledger-receipt.ts';
import type { Decline, Round } from '../rounds/round.ts';
import type { RunState } from '../runs/run.ts';

/** All tables and columns; the database has them in snake_case. Times are milliseconds since the Unix epoch, booleans 0 or 1. */
export interface Schema {
  site: SiteRow;
  enrolmentToken: EnrolmentTokenRow;
  auditEvent: AuditEventRow;
  study: StudyRow;
  roster: RosterRow;
  rosterMember: RosterMemberRow;
  studyDecision: StudyDecisionRow;
  run: RunRow;
  epoch: EpochRow;
  epochMember: EpochMemberRow;
  epochClosing: EpochClosingRow;
  epochClosingSignature: EpochClosingSignatureRow;
  round: RoundRow;
  decline: DeclineRow;
  contribution: ContributionRow;
  lateContribution: LateContribution;
  decryption: DecryptionRow;
  manifest: ManifestRow;
  coSignature: CoSignatureRow;
  cohort: CohortRow;
  modelVersion: ModelVersionRow;
  evaluation: EvaluationRow;
  accessGrant: AccessGrantRow;
  ledgerHead: LedgerHeadRow;
  departureReceipt: DepartureReceipt;
  sqliteSequence: SqliteSequenceRow;
}

/** SQLite's own: the highest number that a table with AUTOINCREMENT gave out. */
export interface SqliteSequenceRow {
  name: string;
  seq: number;
}

export interface SiteRow {
  name: string;
  certificateFingerprint: string;
  certificateExpiresAtMs: number;
  signingKey: Uint8Array;
  agreementKey: Uint8Array;
  enrolledAtMs: number;
  revokedAtMs: number | null;
  renewedFingerprint: string | null;
  renewedExpiresAtMs: number | null;
  renewalRequestHash: string | null;
  renewedCertificate: Uint8Array | null;
}

export interface EnrolmentTokenRow {
  tokenHash: string;
  site: string;
  replaces: number;
  createdAtMs: number;
  expiresAtMs: number;
  usedAtMs: number | null;
  requestHash: string | null;
  certificate: Uint8Array | null;
}

export interface StudyRow {
  name: string;
  planHash: string;
  planJson: Uint8Array;
  submittedAtMs: number;
}

export interface RosterRow {
  study: string;
  version: number;
  hash: string;
  /** The whole SignedRoster as JSON, bytes in base64. */
  roster: string;
  submittedAtMs: number;
}

/** Who is on which roster, so that a site's open proposals are found without reading rosters. */
export interface RosterMemberRow {
  site: string;
  study: string;
  version: number;
}

export type StudyDecisionRow = SignedStudyDecision;

export interface RunRow {
  id: string;
  study: string;
  state: RunState;
  reason: string;
  startedAtMs: number;
  endedAtMs: number | null;
  /** RunParameters as JSON. */
  parameters: string;
}

export interface EpochRow {
  number: Generated<number>;
  run: string;
  rosterHash: string;
  custodian: string;
  groupKeyHash: string;
  /** EpochStart as JSON. */
  start: string;
  openedAtMs: number;
}

export interface EpochMemberRow {
  epoch: number;
  site: string;
  signingKey: Uint8Array;
  publicKey: Uint8Array | null;
  publicKeySignature: Uint8Array | null;
  offeredAtMs: number | null;
  encapsulation: Uint8Array | null;
  ciphertext: Uint8Array | null;
  boxSignature: Uint8Array | null;
  confirmedAtMs: number | null;
}

export interface EpochClosingRow {
  epoch: number;
  /** EpochStart as JSON. */
  next: string;
  nextRosterHash: string;
  proposedAtMs: number;
}

export interface EpochClosingSignatureRow {
  epoch: number;
  site: string;
  signature: Uint8Array;
}

export type AuditEventRow = ChainedAuditEvent;
export type RoundRow = Round;
export type DeclineRow = Decline;
export type ContributionRow = Contribution;

export interface ManifestRow {
  /** Grows with every manifest of the federation. */
  sequence: Generated<number>;
  run: string;
  round: string;
  part: Part;
  digest: string;
  /** Manifest as JSON, its bytes in hex. */
  manifest: string;
}

export interface CoSignatureRow {
  round: string;
  part: Part;
  site: string;
  signature: Uint8Array;
}

export interface CohortRow {
  study: string;
  rosterHash: string;
  /** Names as JSON. */
  sites: string;
}

export interface DecryptionRow {
  round: string;
  site: string;
  askedAtMs: number;
  returnSums: number;
  /** DecryptionResult as JSON. */
  answer: string | null;
  signature: Uint8Array | null;
}

export interface ModelVersionRow {
  digest: string;
  run: string;
  number: number;
  /** The whole ModelVersion as JSON. */
  version: string;
}

export interface EvaluationRow {
  modelVersion: string;
  round: string;
  /** PooledEvaluation as JSON. */
  evaluation: string;
}

export interface AccessGrantRow {
  id: string;
  name: string;
  /** Names of roles as a JSON array. */
  roles: string;
  tokenHash: string;
  createdAtMs: number;
  expiresAtMs: number;
  revokedAtMs: number | null;
  lastUsedAtMs: number | null;
}

export interface LedgerHeadRow extends LedgerReceipt {
  site: string;
}
