import { createPrivateKey, generateKeyPairSync, randomUUID, type KeyObject } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { isoTime, type Clock } from '../../shared/clock.ts';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import { requireOwnerOnly } from '../../shared/files/owner-only.ts';
import { fillFolder, requireVacant } from '../../shared/files/private-folder.ts';
import { parseSettings } from '../../shared/settings/parse-settings.ts';
import { CertificateAuthority } from './certificate-authority.ts';

const federationSchema = z.strictObject({
  id: z.uuid(),
  name: z.string().trim().min(1).max(64),
  /** DNS names and IP addresses under which sites reach the coordinator. */
  hosts: z.array(z.string().min(1)).readonly(),
  createdAt: z.iso.datetime(),
});

export type Federation = Readonly<z.output<typeof federationSchema>>;

export interface CoordinatorFolder {
  readonly federation: Federation;
  readonly authority: CertificateAuthority;
  /** Ed25519, private: signs the coordinator's receipts. Sites pin its public half when they join. */
  readonly signingKey: KeyObject;
  readonly databaseFile: string;
}

const federationFile = 'federation.json';
const authorityKeyFile = 'keys/certificate-authority.pem';
const signingKeyFile = 'keys/signing.pem';
const authorityCertificateFile = 'certificates/certificate-authority.pem';

/**
 * Founds a federation: its name, its id, its certificate authority and its signing key, in a folder that only its owner can read.
 *
 * @param hosts DNS names and IP addresses under which sites reach the coordinator, without ports
 * @throws ConsiliumError `folder-in-use`, `invalid-settings`
 */
export async function initCoordinator(
  folder: string,
  { name, hosts, clock }: { name: string; hosts: readonly string[]; clock: Clock },
): Promise<CoordinatorFolder> {
  requireVacant(folder);
  const federation = { id: randomUUID(), name, hosts, createdAt: isoTime(clock) };
  const text = `${JSON.stringify(federation, undefined, 2)}\n`;
  parseSettings(federationSchema, federationFile, text);
  const authority = await CertificateAuthority.create(federation.name, clock.nowMs());
  const pem = await authority.toPem();
  fillFolder(folder, {
    [authorityKeyFile]: pem.privateKey,
    [signingKeyFile]: generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }),
    [authorityCertificateFile]: pem.certificate,
    [federationFile]: text,
  });
  return openCoordinatorFolder(folder);
}

/** @throws ConsiliumError `not-initialised`, `file-not-private`, `invalid-settings` */
export async function openCoordinatorFolder(folder: string): Promise<CoordinatorFolder> {
  if (!existsSync(join(folder, federationFile))) throw new ConsiliumError('not-initialised', `${folder} has no ${federationFile}.`);
  requireOwnerOnly(['.', 'keys', authorityKeyFile, signingKeyFile].map((path) => join(folder, path)));
  const read = (file: string) => readFileSync(join(folder, file), 'utf8');
  return {
    federation: parseSettings(federationSchema, federationFile, read(federationFile)),
    authority: await CertificateAuthority.fromPem({ certificate: read(authorityCertificateFile), privateKey: read(authorityKeyFile) }),
    signingKey: createPrivateKey(read(signingKeyFile)),
    databaseFile: join(folder, 'coordinator.sqlite'),
  };
}
