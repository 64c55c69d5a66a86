import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { siteNameSchema } from '../../shared/enrolment/site-name.ts';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import { parseSettings } from '../../shared/settings/parse-settings.ts';
import { isKeyFingerprint } from '../../shared/statements/key-fingerprint.ts';
import type { RoundPurpose } from '../../shared/studies/round-purpose.ts';
import { dataSetNameSchema } from '../settings.ts';
import { workingHoursSchema } from './working-hours.ts';

/** In the site's folder, and the hospital's own: Consilium reads it and never writes it. */
export const policyFileName = 'policy.json';

const purposes = ['normalisation', 'calibration', 'training', 'evaluation'] as const satisfies readonly RoundPurpose[];
const positiveInteger = z.int().min(1);

/** What the hospital allows. A limit that is left out does not limit, except for the number of contributors. */
export const policySchema = z.strictObject({
  /** `ask`: a person approves each study. `approve-within-limits`: a study is approved if all keys are pinned and it keeps every limit. */
  studies: z.enum(['ask', 'approve-within-limits']).default('ask'),
  /** Data sets, by their names in site.json, that studies may read. */
  dataSets: z.array(dataSetNameSchema).optional(),
  /** What rounds may be held for. */
  purposes: z.array(z.enum(purposes)).min(1).optional(),
  /** Fewest training rows of its own with which this site takes part. */
  minimumTrainingSamples: positiveInteger.optional(),
  /** Fewest sites whose sum may ever be opened. */
  minimumContributors: z.int().min(2).default(3),
  /** Most rounds of one run, of any purpose. */
  maximumRounds: positiveInteger.optional(),
  /** Most bytes derived from data that leave within any 24 hours, over all studies. */
  maximumBytesPerDay: positiveInteger.optional(),
  /** When rounds may be taken. */
  hours: workingHoursSchema.optional(),
  maximumModelParameters: positiveInteger.optional(),
  /** Sites that may be on a roster; this site need not be named. */
  members: z.array(siteNameSchema).optional(),
  /** Fingerprints, in words or hex, of the lead keys whose rosters are considered. */
  leadKeys: z.array(z.string().refine(isKeyFingerprint, 'is not a fingerprint: 12 words or 64 hexadecimal digits')).optional(),
});

export type Policy = Readonly<z.output<typeof policySchema>>;

/** Everything is asked, three contributors, pinned peers only: what holds in a hospital without a policy file. */
export const safePolicy: Policy = Object.freeze(policySchema.parse({}));

/** The policy as the file says it now. @throws ConsiliumError `policy-invalid` with all problems */
export async function readPolicy(folder: string): Promise<Policy> {
  const file = join(folder, policyFileName);
  try {
    return parseSettings(policySchema, policyFileName, await readFile(file, 'utf8'));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return safePolicy;
    const problems = cause instanceof ConsiliumError ? cause.problems : [];
    throw new ConsiliumError('policy-invalid', `It is ${file}.`, { problems, cause });
  }
}
