import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import { requireOwnerOnly } from '../../shared/files/owner-only.ts';
import type { ChannelIdentity } from '../link/channel-identity.ts';
import type { NetworkSettings } from '../settings.ts';

/** Where a login may stand instead of a file; unlike an argument, other users of the machine cannot see it. */
const loginVariable = 'CONSILIUM_PROXY_LOGIN';

export type Network = Pick<ChannelIdentity, 'proxy' | 'uploadBytesPerSecond' | 'downloadBytesPerSecond' | 'keepAliveMs'>;

/**
 * The hospital's network as its settings describe it, with what stands in files of its own.
 *
 * @param folder where relative paths start
 * @throws ConsiliumError `invalid-settings`, `file-not-private` for a login that others may read
 */
export function readNetwork(folder: string, settings: NetworkSettings, environment: NodeJS.ProcessEnv = process.env): Network {
  const { proxy, certificateAuthorities, uploadBytesPerSecond, downloadBytesPerSecond, keepAliveSeconds } = settings;
  const authorities = certificateAuthorities === undefined ? [] : readAuthorities(resolve(folder, certificateAuthorities));
  return {
    ...(proxy && { proxy: { ...proxy.url, login: loginOf(folder, proxy.loginFile, environment), authorities } }),
    uploadBytesPerSecond,
    downloadBytesPerSecond,
    keepAliveMs: keepAliveSeconds * 1000,
  };
}

function loginOf(folder: string, loginFile: string | undefined, environment: NodeJS.ProcessEnv): string | undefined {
  if (loginFile === undefined) {
    const login = environment[loginVariable];
    return login === undefined || login === '' ? undefined : wellFormed(login, loginVariable);
  }
  const path = resolve(folder, loginFile);
  requireOwnerOnly([path]);
  return wellFormed(read(path, 'network.proxy.loginFile').trim(), path);
}

/** @throws ConsiliumError `invalid-settings`, which does not quote the login */
function wellFormed(login: string, where: string): string {
  if (/^[^:\p{Cc}]+:[^\p{Cc}]*$/u.test(login)) return login;
  throw new ConsiliumError('invalid-settings', '', { problems: [{ path: where, message: 'is not one line user:password' }] });
}

function readAuthorities(path: string): string[] {
  const setting = 'network.certificateAuthorities';
  const certificates = read(path, setting).match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  try {
    for (const pem of certificates) new X509Certificate(pem);
    if (certificates.length > 0) return certificates;
  } catch {
    // said below: there is no good certificate in it
  }
  throw new ConsiliumError('invalid-settings', '', { problems: [{ path: `site.json.${setting}`, message: `${path} does not hold certificates in PEM` }] });
}

function read(path: string, setting: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new ConsiliumError('invalid-settings', '', { problems: [{ path: `site.json.${setting}`, message: `${path} cannot be read (${code})` }], cause });
  }
}
