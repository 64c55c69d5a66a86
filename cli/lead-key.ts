import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { readInputFile } from '../shared/command-line/input-file.ts';
import { ConsiliumError } from '../shared/errors/consilium-error.ts';
import { writeNewPrivateFile } from '../shared/files/new-private-file.ts';

/** Makes a study's lead key, Ed25519, in a new private file (PKCS #8, PEM). @throws file-unwritable */
export function makeLeadKey(file: string): KeyObject {
  const { privateKey } = generateKeyPairSync('ed25519');
  writeNewPrivateFile(file, privateKey.export({ type: 'pkcs8', format: 'pem' }) as string);
  return privateKey;
}

/** @throws file-unreadable, lead-key-invalid */
export async function readLeadKey(file: string): Promise<KeyObject> {
  const pem = await readInputFile(file);
  let key: KeyObject | undefined;
  try {
    key = createPrivateKey(pem);
  } catch {
    // What the parser says may quote the file.
  }
  if (key?.asymmetricKeyType !== 'ed25519') throw new ConsiliumError('lead-key-invalid', `It is ${file}.`);
  return key;
}
