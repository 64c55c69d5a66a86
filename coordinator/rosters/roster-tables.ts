import type { AuditLog } from '../audit/audit-log.ts';
import type { SiteStore } from '../sites/site-store.ts';
import type { RosterStore } from './roster-store.ts';
import type { StudyDecisionStore } from './study-decision-store.ts';

export interface RosterTables {
  readonly audit: AuditLog;
  readonly rosters: RosterStore;
  readonly sites: Pick<SiteStore, 'find' | 'list'>;
  readonly studyDecisions: StudyDecisionStore;
}
