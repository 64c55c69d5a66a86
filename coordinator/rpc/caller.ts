import { certificateFingerprint } from '../../shared/tls/fingerprint.ts';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import type { Site } from '../sites/site.ts';
import type { SiteStore } from '../sites/site-store.ts';

/** The part of a gRPC call that says who calls. */
export interface IncomingCall {
  getAuthContext(): { sslPeerCertificate?: { raw: Buffer } };
}

/** Reads from a call who makes it, or refuses it. */
export type Identify<Caller> = (call: IncomingCall) => Promise<Caller>;

/**
 * The enrolled site whose certificate the caller holds the key of. gRPC shows a certificate only when
 * it verified against this federation's authority; that alone makes nobody a member.
 */
export function identifySite(sites: Pick<SiteStore, 'findByFingerprint'>): Identify<Site> {
  return async (call) => {
    const certificate = call.getAuthContext().sslPeerCertificate;
    if (!certificate) throw new ConsiliumError('certificate-refused', 'The caller shows no valid certificate of this federation.');
    const site = await sites.findByFingerprint(certificateFingerprint(certificate.raw));
    if (!site) throw new ConsiliumError('certificate-refused', 'No enrolled site has this certificate.');
    if (site.revokedAtMs !== null) throw new ConsiliumError('certificate-refused', `The site ${site.name} was revoked.`);
    return site;
  };
}

/** For the calls that a site may make before it has a certificate: the site where there is one, else nothing. */
export function identifySiteIfAny(sites: Pick<SiteStore, 'findByFingerprint'>): Identify<Site | undefined> {
  const identify = identifySite(sites);
  return async (call) => {
    try {
      return await identify(call);
    } catch (error) {
      if (error instanceof ConsiliumError && error.code === 'certificate-refused') return undefined;
      throw error;
    }
  };
}
