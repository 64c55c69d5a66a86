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

export interface Invitation {
  readonly bundle: Bundle;
  /** From then on the bundle cannot be used. */
  readonly expiresAtMs: number;
}

/**
 * Makes a one-time token for a site and the bundle that carries it. The token exists only in the bundle.
 * Bundles that the site was sent before, and did not use, are of no use from now on.
 *
 * @param replaces allow the bundle to take the place of a site that is already enrolled, for example after a restore
 * @throws ConsiliumError `invalid-request` for a bad name, `site-exists` when the site is enrolled and `replaces` is not set
 */
export async function createInvitation(
  store: UnitOfWork<InvitationTables>,
  clock: Clock,
  { actor, site, address, fingerprint, replaces = false, validityMs = defaultValidityMs }: {
    /** Who invites, for the audit log. */
    actor: string;
    site: string;
    address: Address;
    /** Of the certificate authority. */
    fingerprint: string;
    replaces?: boolean;
    validityMs?: number;
  },
): Promise<Invitation> {
  if (!siteNameSchema.safeParse(site).success) throw new ConsiliumError('invalid-request', 'A site name has 1 to 63 lower-case letters, digits and hyphens.');
  const token = randomBytes(32).toString('base64url');
  const createdAtMs = clock.nowMs();
  const expiresAtMs = createdAtMs + validityMs;
  await store.transaction(async ({ audit, enrolmentTokens, sites }) => {
    if (!replaces && (await isEnrolled(sites, site))) throw new ConsiliumError('site-exists', `Its name is ${site}.`);
    const voided = await enrolmentTokens.expireUnused(site, createdAtMs);
    if (voided > 0) await audit.append({ atMs: createdAtMs, actor, action: 'earlier invitations voided', subject: site, detail: { voided } });
    await enrolmentTokens.insert({ tokenHash: sha256Hex(token), site, replaces, createdAtMs, expiresAtMs, use: null });
    await audit.append({ atMs: createdAtMs, actor, action: 'site invited', subject: site, detail: { expiresAtMs, replaces } });
  });
  return { bundle: { address, token, fingerprint }, expiresAtMs };
}

/** Whether there is such a site and it was not revoked. */
export async function isEnrolled(sites: SiteStore, name: string): Promise<boolean> {
  return (await sites.find(name))?.revokedAtMs === null;
}
