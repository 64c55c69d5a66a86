import type { DecisionRecord } from '../../shared/evidence/decision-record.ts';
import type { RunRecord } from '../../shared/evidence/run-record.ts';
import { signStatement } from '../../shared/statements/signature.ts';
import { studyDecisionDomain, studyDecisionFields } from '../../shared/statements/study-decision.ts';
import { openSiteFolder } from '../../site-agent/identity/site-folder.ts';

/** Another decision of a site than the one that is there, so long after the run's start, as the site itself signs it. */
export function signedDecisionRecord(
  { federation, study, startedAtMs }: Pick<RunRecord, 'federation' | 'study' | 'startedAtMs'>,
  { signature: _signature, ...present }: DecisionRecord,
  { decision, shiftMs, siteFolder }: { decision: DecisionRecord['decision']; shiftMs: number; siteFolder: string },
): DecisionRecord {
  const made = { ...present, decision, decidedAtMs: startedAtMs + shiftMs };
  const signature = signStatement(openSiteFolder(siteFolder).signingKey, studyDecisionDomain, studyDecisionFields({ ...made, federation: federation.id, study }));
  return { ...made, signature: signature.toString('base64') };
}
