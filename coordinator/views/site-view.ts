import type { SiteResource } from '../../shared/http-api/site-resource.ts';
import type { Site } from '../sites/site.ts';
import { isoOf, isoOrNull } from './iso-times.ts';

/** A site as people see it. */
export function siteView(site: Site, connected: boolean): SiteResource {
  return {
    name: site.name,
    connected,
    enrolledAt: isoOf(site.enrolledAtMs),
    revokedAt: isoOrNull(site.revokedAtMs),
    certificateFingerprint: site.certificateFingerprint,
    certificateExpiresAt: isoOf(site.certificateExpiresAtMs),
    signingKey: Buffer.from(site.signingKey).toString('hex'),
  };
}
