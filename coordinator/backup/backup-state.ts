import type { AuditHead } from '../../shared/statements/audit-event.ts';
import type { PayloadReference } from '../retention/payload-reference.ts';

/** What a copy of the database says about itself; implemented by the store. */
export interface BackupState {
  readonly references: readonly PayloadReference[];
  /** After every event was checked against the one before. */
  readonly auditHead: AuditHead;
}

/** Reads a copy of the database and checks it whole. @throws database-damaged, audit-log-damaged */
export type ReadState = (databaseFile: string) => Promise<BackupState>;
