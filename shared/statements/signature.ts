import { createPublicKey, sign, verify, type KeyObject } from 'node:crypto';
import { encodeStatement, type StatementFields } from './statement.ts';

const ed25519SignatureBytes = 64;

/** The raw 32 bytes of an Ed25519 or X25519 public key (or of a private key's public half). */
export function rawPublicKey(key: KeyObject): Buffer<ArrayBuffer> {
  const { x } = key.export({ format: 'jwk' });
  if (x === undefined) throw new TypeError('Only Ed25519 and X25519 keys have a raw form.');
  return Buffer.from(x, 'base64url');
}

/**
 * The public key with these 32 raw bytes (RFC 8032, RFC 7748).
 *
 * @throws TypeError when there are not exactly 32
 */
export function publicKeyFromRaw(curve: 'Ed25519' | 'X25519', raw: Uint8Array): KeyObject {
  if (raw.length !== 32) throw new TypeError(`A raw ${curve} public key has 32 bytes, not ${raw.length}.`);
  return createPublicKey({ format: 'jwk', key: { kty: 'OKP', crv: curve, x: Buffer.from(raw).toString('base64url') } });
}

/** Signs a statement with Ed25519 (RFC 8032, no pre-hash); 64 bytes. */
export function signStatement(privateKey: KeyObject, domain: string, fields: StatementFields): Buffer {
  return sign(null, encodeStatement(domain, fields), privateKey);
}

/** Whether `signature` is the Ed25519 signature of the statement by the holder of the raw public key. */
export function verifyStatement(rawKey: Uint8Array, domain: string, fields: StatementFields, signature: Uint8Array): boolean {
  return verifyEncoded(rawKey, encodeStatement(domain, fields), signature);
}

/** The same for a statement that is encoded already. */
export function verifyEncoded(rawKey: Uint8Array, statement: Uint8Array, signature: Uint8Array): boolean {
  if (rawKey.length !== 32 || signature.length !== ed25519SignatureBytes) return false;
  return verify(null, statement, publicKeyFromRaw('Ed25519', rawKey), signature);
}
