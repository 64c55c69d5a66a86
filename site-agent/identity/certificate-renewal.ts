import { X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Clock } from '../../shared/clock.ts';
import { renewalDomain, renewalStatement } from '../../shared/enrolment/renewal-statement.ts';
import { asConsiliumError, ConsiliumError } from '../../shared/errors/consilium-error.ts';
import { writeDurableFile } from '../../shared/files/durable-file.ts';
import type { Logger } from '../../shared/logs/logger.ts';
import { signStatement } from '../../shared/statements/signature.ts';
import { certificateFingerprint } from '../../shared/tls/fingerprint.ts';
import { generateTlsKeys, privateKeyPem } from '../../shared/tls/tls-key.ts';
import type { Channel } from '../link/channel.ts';
import { requestRenewal } from '../link/enrolment-client.ts';
import { siteFiles, type SiteFolder } from './site-folder.ts';
import { certificateRequest } from './site-keys.ts';
import { formatTlsIdentity, issuedIdentity } from './tls-identity.ts';

const hourMs = 3_600_000;

export interface CertificateRenewalParts {
  readonly site: SiteFolder;
  readonly channel: Channel;
  readonly clock: Clock;
  readonly log: Logger;
  /** How often it is looked whether the certificate is due, at least; an hour unless a test cannot wait. */
  readonly checkEveryMs?: number;
}

/**
 * Renews the site's TLS key and certificate in time, without a person. Key and certificate are one file and go to disk
 * before the channel shows them: after a kill the site has either pair, and the coordinator takes both until the
 * new one is shown.
 */
export class CertificateRenewal {
  readonly #parts: CertificateRenewalParts;
  readonly #authority: X509Certificate;
  /** The share of its life that is left when the certificate is due: a third, or a little less, so that sites that joined together do not renew together. */
  readonly #dueShare = (0.9 + 0.1 * Math.random()) / 3;
  #certificate: X509Certificate;

  constructor(parts: CertificateRenewalParts) {
    this.#parts = parts;
    this.#authority = new X509Certificate(parts.site.identity.authority);
    this.#certificate = new X509Certificate(parts.site.identity.client.certificate);
  }

  /** When the certificates end that the site depends on. */
  get expiries(): { readonly ownMs: number; readonly authorityMs: number } {
    return { ownMs: this.#certificate.validToDate.getTime(), authorityMs: this.#authority.validToDate.getTime() };
  }

  /** @throws ConsiliumError `certificate-expired` */
  requireValid(): void {
    if (this.#parts.clock.nowMs() < this.expiries.ownMs) return;
    throw new ConsiliumError('certificate-expired', `It was valid until ${this.#certificate.validToDate.toISOString()}.`);
  }

  /** Looks at once, and again at least every hour, until the signal aborts. What fails is tried again the next time. */
  async keepUp(signal: AbortSignal): Promise<void> {
    const { log, checkEveryMs = hourMs } = this.#parts;
    while (!signal.aborted) {
      try {
        if (this.#isDue()) await this.#renew(signal);
      } catch (thrown) {
        if (signal.aborted) return;
        const { code, message } = asConsiliumError(thrown);
        log.warn('The certificate could not be renewed; it is tried again within the hour.', { code, message, validUntil: this.#certificate.validToDate.toISOString() });
      }
      await setTimeout(checkEveryMs * (0.5 + 0.5 * Math.random()), undefined, { signal }).catch(() => undefined);
    }
  }

  #isDue(): boolean {
    const { validFromDate, validToDate } = this.#certificate;
    const lifeMs = validToDate.getTime() - validFromDate.getTime();
    return validToDate.getTime() - this.#parts.clock.nowMs() < lifeMs * this.#dueShare;
  }

  async #renew(signal: AbortSignal): Promise<void> {
    const { site, channel, log } = this.#parts;
    const keys = await generateTlsKeys();
    const request = {
      federation: site.settings.federation.id,
      site: site.settings.site,
      certificateFingerprint: certificateFingerprint(this.#certificate.raw),
      certificateRequest: await certificateRequest(keys),
    };
    const signature = signStatement(site.signingKey, renewalDomain, renewalStatement(request));
    const { certificateChain } = await requestRenewal(channel, { certificateRequest: Buffer.from(request.certificateRequest), signature }, signal);
    const identity = issuedIdentity(certificateChain[0], await privateKeyPem(keys.privateKey), this.#authority);
    await writeDurableFile(join(site.folder, siteFiles.tlsIdentity), formatTlsIdentity(identity));
    this.#certificate = new X509Certificate(identity.certificate);
    channel.renew(identity);
    log.info('The certificate was renewed.', { validUntil: this.#certificate.validToDate.toISOString() });
  }
}
