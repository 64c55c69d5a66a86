import { z } from 'zod';
import type { ChainedAuditEvent } from '../statements/audit-event.ts';
import type { SignedAuditHead } from '../statements/audit-head.ts';

const sha256Hex = z.string().regex(/^[0-9a-f]{64}$/, 'is not a SHA-256');

export const auditEventResource = z
  .strictObject({
    sequence: z.int().min(1).describe('Grows by one with every event, without gaps.'),
    atMs: z.int().describe('Milliseconds since the Unix epoch, as they are hashed.'),
    actor: z.string(),
    action: z.string(),
    subject: z.string(),
    detail: z.string().describe('JSON, byte for byte as it is hashed.'),
    previousHash: sha256Hex.or(z.literal('')).describe('Hash of the event before; empty for the first.'),
    hash: sha256Hex.describe('SHA-256 of the canonical statement consilium/audit-event/v1 over everything above.'),
  })
  .meta({ id: 'AuditEvent', description: 'A decision of the coordinator, bound to all decisions before it.' }) satisfies z.ZodType<ChainedAuditEvent>;

export const auditEventListResource = z.object({ events: z.array(auditEventResource) }).meta({ id: 'AuditEventList' });

/** Most events in one reply. */
export const auditPageMaxCount = 1000;

/** Also the form of the file that `consilium audit verify --save-head` writes. */
export const auditHeadResource = z
  .strictObject({
    federation: z.uuid(),
    sequence: z.int().min(0).describe('Of the last event; 0 while there is none.'),
    hash: z.string().describe('Of the last event; empty while there is none.'),
    signedAtMs: z.int(),
    signingKey: sha256Hex.describe("The coordinator's Ed25519 key, hexadecimal."),
    signature: z.base64().describe('Ed25519 over the canonical statement consilium/audit-head/v1.'),
  })
  .meta({ id: 'AuditHead', description: 'Names the last event of the audit log, and with it every event before.' });

export type AuditHeadResource = z.output<typeof auditHeadResource>;

export function auditHeadToResource({ signingKey, signature, ...head }: SignedAuditHead): AuditHeadResource {
  return { ...head, signingKey: Buffer.from(signingKey).toString('hex'), signature: Buffer.from(signature).toString('base64') };
}

export function auditHeadFromResource({ signingKey, signature, ...head }: AuditHeadResource): SignedAuditHead {
  return { ...head, signingKey: Buffer.from(signingKey, 'hex'), signature: Buffer.from(signature, 'base64') };
}
