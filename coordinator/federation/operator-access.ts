import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import { formatConnection } from '../../shared/http-api/connection-file.ts';
import { sha256Hex } from '../../shared/statements/digest.ts';

const tokenHashFile = 'operator-token.sha256';
const connectionFile = 'operator.json';

/**
 * Makes the access token of the data-science team. The coordinator keeps only its hash; the token itself is in the
 * connection file, which people move to where they work.
 *
 * @param url of the HTTP API
 * @param certificateAuthority PEM
 * @returns where the connection file is
 */
export async function grantOperatorAccess(folder: string, { url, certificateAuthority }: { url: string; certificateAuthority: string }): Promise<string> {
  const token = randomBytes(32).toString('base64url');
  const path = join(folder, connectionFile);
  await writeFile(path, formatConnection({ url, token, certificateAuthority }), { mode: 0o600, flag: 'wx' });
  await writeFile(join(folder, tokenHashFile), `${sha256Hex(token)}\n`, { mode: 0o600 });
  return path;
}

/** SHA-256 of the access token, 32 bytes. @throws ConsiliumError `not-initialised` */
export function readOperatorTokenHash(folder: string): Buffer {
  const file = join(folder, tokenHashFile);
  if (!existsSync(file)) throw new ConsiliumError('not-initialised', `${folder} has no ${tokenHashFile}.`);
  return Buffer.from(readFileSync(file, 'utf8').trim(), 'hex');
}
