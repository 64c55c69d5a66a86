import { z } from 'zod';
import type { Manifest } from '../statements/manifest.ts';
import { ed25519Signature, partName, purposeName, sha256Digest, sha256DigestOrNone } from './record-fields.ts';

const contribution = z.strictObject({
  site: z.string(),
  digest: sha256Digest,
  nonce: z.hex().length(32),
  tag: z.hex().length(16).describe('One-time tag over the ciphertexts.'),
});

/** manifests.json: what each sum is made of, and which members signed that. */
export const manifestRecord = z
  .strictObject({
    digest: sha256Digest.describe('Of the canonical statement consilium/manifest/v1.'),
    round: z.string(),
    attempt: z.int().min(1),
    purpose: purposeName,
    part: partName,
    layoutFingerprint: sha256Digest,
    parametersHash: sha256Digest,
    base: sha256Digest,
    contributions: z.array(contribution),
    aggregateDigest: sha256Digest,
    previous: sha256DigestOrNone,
    signatures: z.array(z.strictObject({ site: z.string(), signature: ed25519Signature })),
  })
  .meta({ id: 'EvidenceManifest', description: "Which contributions make up one part of a round's sum, co-signed by members." });

export type ManifestRecord = z.output<typeof manifestRecord>;

/** The statement that the members signed. */
export function manifestOf({ digest: _digest, signatures: _signatures, contributions, ...manifest }: ManifestRecord): Manifest {
  return { ...manifest, contributions: contributions.map(({ nonce, tag, ...named }) => ({ ...named, nonce: Buffer.from(nonce, 'hex'), tag: Buffer.from(tag, 'hex') })) };
}

/** @param signatures in base64 */
export function manifestRecordOf(manifest: Manifest, digest: string, signatures: ManifestRecord['signatures']): ManifestRecord {
  const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
  return { ...manifest, digest, contributions: manifest.contributions.map(({ nonce, tag, ...named }) => ({ ...named, nonce: hex(nonce), tag: hex(tag) })), signatures };
}
