import type { StudyStandingResource } from '../../shared/http-api/study-standing-resource.ts';
import type { StudyStanding } from '../rosters/approval.ts';
import { isoOf } from './iso-times.ts';

/** What hospitals say about a study as people see it. */
export function studyStandingView({ newest: { hash, roster }, members }: StudyStanding): StudyStandingResource {
  return {
    study: roster.study,
    planHash: roster.planHash,
    rosterVersion: roster.version,
    rosterHash: hash,
    decisions: members.map(({ site, decision }) => ({
      site,
      decision: decision?.decision ?? null,
      decidedBy: decision?.decidedBy ?? null,
      code: decision?.code ?? '',
      decidedAt: decision ? isoOf(decision.decidedAtMs) : null,
      signature: decision ? Buffer.from(decision.signature).toString('base64') : null,
    })),
  };
}
