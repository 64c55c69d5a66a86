import { X509Certificate } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CertificateAuthority } from '../../coordinator/federation/certificate-authority.ts';
import type { Store } from '../../coordinator/store/store.ts';
import { generateTlsKeys, privateKeyPem } from '../../shared/tls/tls-key.ts';
import { siteFiles } from '../../site-agent/identity/site-folder.ts';
import { certificateRequest } from '../../site-agent/identity/site-keys.ts';
import { formatTlsIdentity } from '../../site-agent/identity/tls-identity.ts';
import { dayMs } from './set-clock.ts';

const lifeMs = 398 * dayMs;

/** Makes a site's certificate one that was issued long ago, at both ends. @param leftMs until it expires */
export async function ageCertificate({ authority, store, site, siteFolder, leftMs }: { authority: CertificateAuthority; store: Store; site: string; siteFolder: string; leftMs: number }): Promise<void> {
  const keys = await generateTlsKeys();
  const issued = await authority.issueSiteCertificate(site, await certificateRequest(keys), Date.now() + leftMs - lifeMs);
  const identity = { privateKey: await privateKeyPem(keys.privateKey), certificate: new X509Certificate(issued.certificate).toString() };
  writeFileSync(join(siteFolder, siteFiles.tlsIdentity), formatTlsIdentity(identity));
  await store.transaction(async ({ sites }) =>
    sites.save({ ...(await sites.find(site))!, certificateFingerprint: issued.fingerprint, certificateExpiresAtMs: issued.expiresAtMs }),
  );
}
