import type { RecordedRoster } from '../../coordinator/rosters/roster-store.ts';
import { ConsentRecords } from '../../site-agent/consent/consent-records.ts';
import { approveStudy, type Approval, type Decider } from '../../site-agent/consent/person-decisions.ts';
import { proposalArrival } from '../../site-agent/consent/proposal-arrival.ts';
import { openSiteFolder } from '../../site-agent/identity/site-folder.ts';
import { patience } from './patience.ts';

/** A person at a hospital, who decides as with the command line. */
export function personAt(siteFolder: string): Decider {
  return { records: new ConsentRecords(siteFolder), site: openSiteFolder(siteFolder).settings.site, by: 'head of IT' };
}

/** What a person does who has compared all fingerprints: waits until the study with this roster has reached the site, pins, and approves. */
export async function approveAtSite(siteFolder: string, recorded: Pick<RecordedRoster, 'hash' | 'roster'>, approval: Approval = {}): Promise<void> {
  const { study, planHash } = recorded.roster;
  await proposed(siteFolder, recorded);
  await approveStudy(personAt(siteFolder), study, { seen: { planHash, rosterHash: recorded.hash }, pinMembers: true, ...approval });
}

/** Waits until the site has put a proposal on disk. */
export async function proposed(siteFolder: string, { hash, roster }: Pick<RecordedRoster, 'hash' | 'roster'>, signal = patience()): Promise<void> {
  await proposalArrival(new ConsentRecords(siteFolder), roster.study, signal, ({ rosterHash }) => rosterHash === hash);
}
