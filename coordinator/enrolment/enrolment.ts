import type { Clock } from '../../shared/clock.ts';
import { enrolmentDomain, enrolmentStatement, type EnrolmentKeys } from '../../shared/enrolment/enrolment-statement.ts';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import { sha256Hex } from '../../shared/statements/digest.ts';
import { verifyStatement } from '../../shared/statements/signature.ts';
import { encodeStatement } from '../../shared/statements/statement.ts';
import { dropContributions, type DroppingTables } from '../contributions/dropped-contributions.ts';
import type { CertificateAuthority } from '../federation/certificate-authority.ts';
import type { LedgerHeadStore } from '../ledgers/ledger-head.ts';
import type { UnitOfWork } from '../unit-of-work.ts';
import { isEnrolled, type InvitationTables } from './invitation.ts';

export interface EnrolmentRequest extends EnrolmentKeys {
  readonly token: string;
  /** Ed25519 by the signing key over the enrolment statement. */
  readonly signature: Uint8Array;
}

export interface EnrolledSite {
  readonly site: string;
  /** DER. */
  readonly certificate: Uint8Array;
  /** Whether it took the place of a site that was enrolled under this name. */
  readonly replaced: boolean;
}

export interface EnrolmentTables extends InvitationTables, DroppingTables {
  readonly ledgerHeads: Pick<LedgerHeadStore, 'remove'>;
}

/** The site that a token was made for; empty for one that never was. */
export async function invitedSite({ read }: UnitOfWork<Pick<EnrolmentTables, 'enrolmentTokens'>>, token: string): Promise<string> {
  return (await read.enrolmentTokens.find(sha256Hex(token)))?.site ?? '';
}

/**
 * Makes a site of whoever holds a valid token and the keys in the request.
 *
 * @throws ConsiliumError `token-unknown`, `token-used`, `token-expired`, `proof-of-possession`, `bundle-superseded`
 */
export async function enrol(
  store: UnitOfWork<EnrolmentTables>,
  authority: CertificateAuthority,
  clock: Clock,
  request: EnrolmentRequest,
): Promise<EnrolledSite> {
  const statement = enrolmentStatement(request.token, request);
  const requestHash = sha256Hex(encodeStatement(enrolmentDomain, statement));
  const tokenHash = sha256Hex(request.token);
  return store.transaction(async (tables) => {
    const { audit, enrolmentTokens, ledgerHeads, sites } = tables;
    const token = await enrolmentTokens.find(tokenHash);
    if (!token) throw new ConsiliumError('token-unknown');
    if (request.agreementKey.length !== 32) throw new ConsiliumError('proof-of-possession', 'The agreement key does not have 32 bytes.');
    if (!verifyStatement(request.signingKey, enrolmentDomain, statement, request.signature)) throw new ConsiliumError('proof-of-possession');
    if (token.use?.requestHash === requestHash) return { site: token.site, certificate: token.use.certificate, replaced: false };
    if (token.use) throw new ConsiliumError('token-used', `It was used at ${isoTime(token.use.usedAtMs)}.`);
    const nowMs = clock.nowMs();
    if (nowMs >= token.expiresAtMs) throw new ConsiliumError('token-expired', `It was valid until ${isoTime(token.expiresAtMs)}.`);
    const replaced = await isEnrolled(sites, token.site);
    if (replaced && !token.replaces) throw new ConsiliumError('bundle-superseded', `The site is ${token.site}.`);

    const issued = await authority.issueSiteCertificate(token.site, request.certificateRequest, nowMs);
    await enrolmentTokens.markUsed(tokenHash, { usedAtMs: nowMs, requestHash, certificate: issued.certificate });
    await sites.save({
      name: token.site,
      certificateFingerprint: issued.fingerprint,
      certificateExpiresAtMs: issued.expiresAtMs,
      renewal: null,
      signingKey: request.signingKey,
      agreementKey: request.agreementKey,
      enrolledAtMs: nowMs,
      revokedAtMs: null,
    });
    await ledgerHeads.remove(token.site);
    await audit.append({
      atMs: nowMs,
      actor: `site ${token.site}`,
      action: 'site enrolled',
      subject: token.site,
      detail: {
        certificateFingerprint: issued.fingerprint,
        signingKey: Buffer.from(request.signingKey).toString('hex'),
        agreementKey: Buffer.from(request.agreementKey).toString('hex'),
        replaced,
      },
    });
    if (replaced) await dropContributions(tables, token.site, nowMs);
    return { site: token.site, certificate: issued.certificate, replaced };
  });
}

function isoTime(timeMs: number): string {
  return new Date(timeMs).toISOString();
}
