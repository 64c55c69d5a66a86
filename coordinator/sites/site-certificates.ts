import type { Clock } from '../../shared/clock.ts';
import { renewalDomain, renewalStatement } from '../../shared/enrolment/renewal-statement.ts';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import { equalBytes, sha256Hex } from '../../shared/statements/digest.ts';
import { verifyStatement } from '../../shared/statements/signature.ts';
import { encodeStatement } from '../../shared/statements/statement.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import type { CertificateAuthority } from '../federation/certificate-authority.ts';
import type { UnitOfWork } from '../unit-of-work.ts';
import type { SiteStore } from './site-store.ts';
import type { Site } from './site.ts';

type Tables = { readonly sites: SiteStore; readonly audit: AuditLog };

/** Which certificates are good, and how a site gets its next one. */
export class SiteCertificates {
  readonly #store: UnitOfWork<Tables>;
  readonly #authority: CertificateAuthority;
  readonly #federation: string;
  readonly #clock: Clock;

  /** @param parts.federation its id */
  constructor(parts: { store: UnitOfWork<Tables>; authority: CertificateAuthority; federation: string; clock: Clock }) {
    this.#store = parts.store;
    this.#authority = parts.authority;
    this.#federation = parts.federation;
    this.#clock = parts.clock;
  }

  /**
   * The enrolled site that shows this certificate. A renewed one that is shown for the first time drops the one before it.
   * @param fingerprint SHA-256 of the certificate's DER, hex
   * @throws certificate-refused
   */
  async holder(fingerprint: string): Promise<Site> {
    const site = requireEnrolled(await this.#store.read.sites.findByFingerprint(fingerprint));
    const current = site.certificateFingerprint === fingerprint ? site : await this.#takeUp(fingerprint);
    if (this.#clock.nowMs() >= current.certificateExpiresAtMs) throw new ConsiliumError('certificate-refused', expiryText(current));
    return current;
  }

  /** For a site whose call goes on for long: whether it still is who it was when the call began. @throws certificate-refused */
  async requireStillEnrolled({ name, signingKey }: Site): Promise<void> {
    const present = requireEnrolled(await this.#store.read.sites.find(name));
    if (!equalBytes(present.signingKey, signingKey)) throw new ConsiliumError('certificate-refused', replacementText(name));
  }

  /**
   * Issues the site's next certificate; the present one stays good until the new one is shown.
   *
   * @param site as its certificate tells, at the call that asks
   * @param request.signature Ed25519 by the site's signing key over the renewal statement
   * @returns DER; the same for the same request
   * @throws signature-invalid, proof-of-possession, certificate-refused
   */
  async renew(site: Site, request: { certificateRequest: Uint8Array; signature: Uint8Array }): Promise<Uint8Array> {
    const { name, certificateFingerprint } = site;
    const statement = renewalStatement({ federation: this.#federation, site: name, certificateFingerprint, certificateRequest: request.certificateRequest });
    if (!verifyStatement(site.signingKey, renewalDomain, statement, request.signature)) {
      throw new ConsiliumError('signature-invalid', `It is ${name}'s over the request to renew its certificate.`);
    }
    const requestHash = sha256Hex(encodeStatement(renewalDomain, statement));
    return this.#store.transaction(async ({ sites, audit }) => {
      const present = requireEnrolled(await sites.findByFingerprint(certificateFingerprint));
      if (present.renewal?.requestHash === requestHash) return present.renewal.certificate;
      const nowMs = this.#clock.nowMs();
      const { certificate, fingerprint, expiresAtMs } = await this.#authority.issueSiteCertificate(name, request.certificateRequest, nowMs);
      await sites.save({ ...present, renewal: { certificateFingerprint: fingerprint, certificateExpiresAtMs: expiresAtMs, requestHash, certificate } });
      const detail = { certificateFingerprint: fingerprint, expiresAtMs, inPlaceOf: certificateFingerprint };
      await audit.append({ atMs: nowMs, actor: `site ${name}`, action: 'certificate issued', subject: name, detail });
      return certificate;
    });
  }

  async #takeUp(fingerprint: string): Promise<Site> {
    return this.#store.transaction(async ({ sites, audit }) => {
      const { renewal, ...site } = requireEnrolled(await sites.findByFingerprint(fingerprint));
      if (renewal?.certificateFingerprint !== fingerprint) return { ...site, renewal }; // another call was first
      const { certificateFingerprint, certificateExpiresAtMs } = renewal;
      const renewed: Site = { ...site, certificateFingerprint, certificateExpiresAtMs, renewal: null };
      await sites.save(renewed);
      const detail = { certificateFingerprint, expiresAtMs: certificateExpiresAtMs, inPlaceOf: site.certificateFingerprint };
      await audit.append({ atMs: this.#clock.nowMs(), actor: `site ${site.name}`, action: 'certificate renewed', subject: site.name, detail });
      return renewed;
    });
  }
}

function requireEnrolled(site: Site | undefined): Site {
  if (!site) throw new ConsiliumError('certificate-refused', 'No enrolled site has this certificate.');
  if (site.revokedAtMs !== null) throw new ConsiliumError('certificate-refused', revocationText(site.name));
  return site;
}

export function revocationText(site: string): string {
  return `The site ${site} was revoked.`;
}

export function replacementText(site: string): string {
  return `Another bundle took the place of the site ${site}.`;
}

export function expiryText({ certificateExpiresAtMs }: Pick<Site, 'certificateExpiresAtMs'>): string {
  return `It expired at ${new Date(certificateExpiresAtMs).toISOString()}.`;
}
