import { z } from 'zod';
import { signedRosterJsonSchema } from '../statements/roster-json.ts';

export const rosterRecordResource = z
  .object({
    hash: z.string().describe('SHA-256 of the canonical statement, hexadecimal: what hospitals approve together with the plan.'),
    submittedAt: z.iso.datetime(),
    roster: signedRosterJsonSchema,
  })
  .meta({ id: 'RosterRecord', description: "A version of a study's roster as the coordinator keeps it." });

export const rosterListResource = z.object({ rosters: z.array(rosterRecordResource) }).meta({ id: 'RosterList' });

/** Largest roster that is taken: 1,024 members with names of 63 letters. */
export const rosterMaxBytes = 2 ** 18;

export type RosterRecordResource = z.output<typeof rosterRecordResource>;
