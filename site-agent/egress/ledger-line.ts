import type { KeyObject } from 'node:crypto';
import { z } from 'zod';
import { sha256Hex } from '../../shared/statements/digest.ts';
import { signStatement, verifyStatement } from '../../shared/statements/signature.ts';
import { encodeStatement, type StatementFields } from '../../shared/statements/statement.ts';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

const entryFields = {
  /** A contribution's ciphertexts, or what a decryptor tells of the sums that it opened. */
  what: z.enum(['contribution', 'opened-sum']),
  federation: z.string(),
  site: z.string(),
  study: z.string(),
  planHash: z.string(),
  run: z.string(),
  round: z.string(),
  attempt: z.int(),
  purpose: z.enum(['normalisation', 'calibration', 'training', 'evaluation']),
  parts: z
    .array(
      z.strictObject({
        part: z.enum(['update', 'statistics']),
        layoutFingerprint: z.string(),
        /** How many bytes leave; 0 for a sum of which only the digest leaves. */
        bytes: z.int().min(0),
        /** SHA-256 of the ciphertexts, or of the lane sums. */
        digest: sha256,
      }),
    )
    .min(1),
  /** Digests of the model version and of the parameters with which the run goes on; they leave with opened sums. */
  outcomeDigests: z.array(sha256),
  /** Under which of the hospital's decisions. */
  approval: z.string(),
};

export const ledgerEntrySchema = z.strictObject(entryFields);

/** What is about to leave. */
export type LedgerEntry = Readonly<z.output<typeof ledgerEntrySchema>>;

export const ledgerLineSchema = z.strictObject({
  /** From 1, without gaps. */
  sequence: z.int().min(1),
  at: z.iso.datetime(),
  ...entryFields,
  /** The first line with the same content, when this is not the first time that it leaves; otherwise 0. */
  repeats: z.int().min(0),
  /** Hash of the line before; empty in the first line. */
  previous: z.union([sha256, z.literal('')]),
  /** SHA-256 of the canonical statement of everything above. */
  hash: sha256,
  /** Ed25519 by the site over the same statement, hex. */
  signature: z.string().regex(/^[0-9a-f]{128}$/),
});

export type LedgerLine = Readonly<z.output<typeof ledgerLineSchema>>;

const domain = 'consilium/ledger-line/v1';

export function signedLine(unsigned: Omit<LedgerLine, 'hash' | 'signature'>, signingKey: KeyObject): LedgerLine {
  const fields = lineFields(unsigned);
  return { ...unsigned, hash: hashOf(fields), signature: signStatement(signingKey, domain, fields).toString('hex') };
}

/** Whether the line is as it was when its hash was made. */
export function hasItsHash(line: LedgerLine): boolean {
  return hashOf(lineFields(line)) === line.hash;
}

/** @param signingKey of the site: Ed25519, raw 32 bytes */
export function isSignedBy(line: LedgerLine, signingKey: Uint8Array): boolean {
  return verifyStatement(signingKey, domain, lineFields(line), Buffer.from(line.signature, 'hex'));
}

/** Bytes that left, over all parts. */
export function bytesOf({ parts }: Pick<LedgerEntry, 'parts'>): number {
  return parts.reduce((total, { bytes }) => total + bytes, 0);
}

function hashOf(fields: StatementFields): string {
  return sha256Hex(encodeStatement(domain, fields));
}

function lineFields(line: Omit<LedgerLine, 'hash' | 'signature'>): StatementFields {
  return [
    ['sequence', line.sequence],
    ['at', line.at],
    ['what', line.what],
    ['federation', line.federation],
    ['site', line.site],
    ['study', line.study],
    ['plan-hash', line.planHash],
    ['run', line.run],
    ['round', line.round],
    ['attempt', line.attempt],
    ['purpose', line.purpose],
    ['parts', line.parts.map(({ part, layoutFingerprint, bytes, digest }) => [part, layoutFingerprint, bytes, digest])],
    ['outcome-digests', line.outcomeDigests],
    ['approval', line.approval],
    ['repeats', line.repeats],
    ['previous', line.previous],
  ];
}
