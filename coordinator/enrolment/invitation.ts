import { randomBytes } from 'node:crypto';
import type { Clock } from '../../shared/clock.ts';
import type { Bundle } from '../../shared/enrolment/bundle.ts';
import { siteNameSchema } from '../../shared/enrolment/site-name.ts';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import { sha256Hex } from '../../shared/statements/digest.ts';
import type { Address } from '../../shared/tls/address.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import type { SiteStore } from '../sites/site-store.ts';
import type { UnitOfWork } from '../unit-of-work.ts';
import type { EnrolmentTokenStore } from './enrolment-token.ts';

const defaultValidityMs = 7 * 86_400_000;

export interface InvitationTables {
  readonly audit: AuditLog;
  readonly enrolmentTokens: EnrolmentTokenStore;
  readonly sites: SiteStore;
}

/**
 * Makes a one-time token for a site and the bundle that carries it. The token exists only in the bundle.
 *
 * @param replaces allow the bundle to take the place of a site that is already enrolled, for example after a restore
 * @throws ConsiliumError `invalid-request` for a bad name, `site-exists` when the site is enrolled and `replaces` is not set
 */
export async function createInvitation(
  store: UnitOfWork<InvitationTables>,
  clock: Clock,
  { site, address, fingerprint, replaces = false, validityMs = defaultValidityMs }: {
    site: string;
    address: Address;
    /** Of the certificate authority. */
    fingerprint: string;
    replaces?: boolean;
    validityMs?: number;
  },
): Promise<Bundle> {
  if (!siteNameSchema.safeParse(site).success) throw new ConsiliumError('invalid-request', 'A site name has 1 to 63 lower-case letters, digits and hyphens.');
  const token = randomBytes(32).toString('base64url');
  const createdAtMs = clock.nowMs();
  const expiresAtMs = createdAtMs + validityMs;
  await store.transaction(async ({ audit, enrolmentTokens, sites }) => {
    await requireReplaceable(sites, site, replaces);
    await enrolmentTokens.insert({ tokenHash: sha256Hex(token), site, replaces, createdAtMs, expiresAtMs, use: null });
    await audit.append({ atMs: createdAtMs, actor: 'operator', action: 'site invited', subject: site, detail: { expiresAtMs, replaces } });
  });
  return { address, token, fingerprint };
}

/** @throws ConsiliumError `site-exists` */
export async function requireReplaceable(sites: SiteStore, site: string, replaces: boolean): Promise<void> {
  const enrolled = await sites.find(site);
  if (enrolled && enrolled.revokedAtMs === null && !replaces) throw new ConsiliumError('site-exists', `Its name is ${site}.`);
}
