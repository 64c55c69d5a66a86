import { ConsiliumError } from '../../errors/consilium-error.ts';
import { equalBytes } from '../../statements/digest.ts';
import { isSignedRoster, rosterHash } from '../../statements/roster.ts';
import { signedRosterFromJson } from '../../statements/roster-json.ts';
import type { EvidenceCheck } from './evidence-check.ts';

export const rosters: EvidenceCheck = {
  name: 'rosters',
  proves: "Every list of members is signed with the study's one lead key, is of this study and plan, and follows from the list before it.",
  check({ documents }) {
    const { federation, study, planHash } = documents['run.json'];
    const versions = documents['rosters.json'].map(signedRosterFromJson);
    versions.forEach((roster, index) => {
      const previous = versions[index - 1];
      const which = `Roster ${roster.version}`;
      if (!isSignedRoster(roster)) throw new ConsiliumError('evidence-refuted', `The signature of roster ${roster.version} does not verify, or it names a member twice.`);
      if (roster.federation !== federation.id || roster.study !== study || roster.planHash !== planHash) throw new ConsiliumError('evidence-refuted', `${which} is of another federation, study or plan.`);
      if (previous && !equalBytes(roster.leadKey, previous.leadKey)) throw new ConsiliumError('evidence-refuted', `${which} is signed with another lead key than the one before it.`);
      if (roster.version !== index + 1 || roster.previousHash !== (previous ? rosterHash(previous) : '')) throw new ConsiliumError('evidence-refuted', `${which} does not follow from the one before it.`);
    });
    const last = versions.at(-1);
    return `${versions.length} signed, the last one of ${last?.members.map(({ site }) => site).join(', ')}`;
  },
};
