import type { SiteProgressResource } from '../../shared/http-api/site-progress-resource.ts';
import type { SiteProgress } from '../rounds/site-progress.ts';
import { isoOf } from './iso-times.ts';

/** What a site is at, as people see it. */
export function siteProgressView({ atMs, ...progress }: SiteProgress): SiteProgressResource {
  return { ...progress, at: isoOf(atMs) };
}
