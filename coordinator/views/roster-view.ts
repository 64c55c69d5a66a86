import type { RosterRecordResource } from '../../shared/http-api/roster-resource.ts';
import { signedRosterToJson } from '../../shared/statements/roster-json.ts';
import type { RecordedRoster } from '../rosters/roster-store.ts';
import { isoOf } from './iso-times.ts';

/** A roster as people see it. */
export function rosterView({ hash, roster, submittedAtMs }: RecordedRoster): RosterRecordResource {
  return { hash, submittedAt: isoOf(submittedAtMs), roster: signedRosterToJson(roster) };
}
