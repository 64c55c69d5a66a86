import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import { requireOwnerOnly } from '../../shared/files/owner-only.ts';
import type { FolderContents } from '../../shared/files/private-folder.ts';
import type { ChannelIdentity, ClientIdentity } from '../link/channel-identity.ts';
import { rawPublicKey } from '../../shared/statements/signature.ts';
import { parseSettings } from '../../shared/settings/parse-settings.ts';
import { siteSettingsSchema, type SiteSettings } from '../settings.ts';
import { readNetwork } from './network.ts';
import type { SiteKeysPem } from './site-keys.ts';
import { formatTlsIdentity, parseTlsIdentity } from './tls-identity.ts';

export const siteFiles = {
  settings: 'site.json',
  /** The TLS key and its certificate. */
  tlsIdentity: 'keys/tls.pem',
  signingKey: 'keys/signing.pem',
  agreementKey: 'keys/agreement.pem',
  authority: 'certificates/certificate-authority.pem',
  coordinatorSigningKey: 'certificates/coordinator-signing-key.pem',
} as const;

/** What nobody but the agent's user may read or change: the folder and everything that holds a secret. */
export function privatePaths(folder: string): string[] {
  const { tlsIdentity, signingKey, agreementKey } = siteFiles;
  return ['.', 'keys', tlsIdentity, signingKey, agreementKey, 'state', 'state/keys', 'state/training-secret'].map((path) => join(folder, path));
}

export interface SiteFolder {
  readonly folder: string;
  readonly settings: SiteSettings;
  /** What the channel to the coordinator needs. */
  readonly identity: ChannelIdentity & { readonly client: ClientIdentity };
  /** Ed25519, raw 32 bytes, pinned when the site joined: verifies the coordinator's receipts. */
  readonly coordinatorSigningKey: Uint8Array;
  /** Ed25519, private. */
  readonly signingKey: KeyObject;
  /** X25519, private. */
  readonly agreementKey: KeyObject;
}

export function isSiteFolder(folder: string): boolean {
  return existsSync(join(folder, siteFiles.settings));
}

/** @throws ConsiliumError `site-not-joined`, `file-not-private`, `invalid-settings` also for a file that is missing or damaged */
export function openSiteFolder(folder: string): SiteFolder {
  requireOwnerOnly(privatePaths(folder));
  return readSiteFolder(folder);
}

/** Without the look at permissions: for `check`, which goes on to name everything else that is wrong. */
export function readSiteFolder(folder: string): SiteFolder {
  if (!isSiteFolder(folder)) throw new ConsiliumError('site-not-joined', `${folder} has no ${siteFiles.settings}.`);
  const load = <Value>(file: string, parse: (text: string) => Value): Value => {
    try {
      return parse(readFileSync(join(folder, file), 'utf8'));
    } catch (cause) {
      if (cause instanceof ConsiliumError) throw cause;
      throw new ConsiliumError('invalid-settings', `${join(folder, file)} cannot be read.`, { cause });
    }
  };
  const pem = (file: string) => load(file, (text) => text);
  const settings = load(siteFiles.settings, (text) => parseSettings(siteSettingsSchema, siteFiles.settings, text));
  return {
    folder,
    settings,
    identity: {
      address: settings.coordinator,
      authority: pem(siteFiles.authority),
      client: load(siteFiles.tlsIdentity, parseTlsIdentity),
      ...readNetwork(folder, settings.network),
    },
    coordinatorSigningKey: load(siteFiles.coordinatorSigningKey, (text) => rawPublicKey(createPublicKey(text))),
    signingKey: load(siteFiles.signingKey, createPrivateKey),
    agreementKey: load(siteFiles.agreementKey, createPrivateKey),
  };
}

/** What join writes; the settings come last, because with them the folder belongs to a site. */
export function siteFolderContents(parts: { tlsIdentity: ClientIdentity; keys: Omit<SiteKeysPem, 'tls'>; authority: string; coordinatorSigningKey: string; settings: object }): FolderContents {
  return {
    [siteFiles.tlsIdentity]: formatTlsIdentity(parts.tlsIdentity),
    [siteFiles.signingKey]: parts.keys.signing,
    [siteFiles.agreementKey]: parts.keys.agreement,
    [siteFiles.authority]: parts.authority,
    [siteFiles.coordinatorSigningKey]: parts.coordinatorSigningKey,
    [siteFiles.settings]: `${JSON.stringify(parts.settings, undefined, 2)}\n`,
  };
}
