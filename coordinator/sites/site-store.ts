import type { Site } from './site.ts';

export interface SiteStore {
  find(name: string): Promise<Site | undefined>;
  /** By the certificate in use, or by the one that was issued to take its place. */
  findByFingerprint(certificateFingerprint: string): Promise<Site | undefined>;
  /** All sites, by name, revoked ones too. */
  list(): Promise<Site[]>;
  /** Adds the site, or replaces the one of the same name. */
  save(site: Site): Promise<void>;
}
