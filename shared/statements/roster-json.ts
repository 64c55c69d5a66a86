import { z } from 'zod';
import { siteNameSchema } from '../enrolment/site-name.ts';
import { planIdentifier } from '../studies/plan.ts';
import type { SignedRoster } from './roster.ts';

/** Fewer have nobody to hide behind, and more have no head-room in any lane. */
export const rosterSize = { fewest: 2, most: 1024 } as const;

const sha256Text = z.string().regex(/^[0-9a-f]{64}$/, 'is not a SHA-256 in lower-case hexadecimal');
const publicKey = z.string().regex(/^[A-Za-z0-9+/]{43}=$/, 'is not 32 bytes in base64');

/** A signed roster as JSON, with bytes in base64: in the API, in the coordinator's database and in files. */
export const signedRosterJsonSchema = z
  .strictObject({
    federation: z.uuid(),
    study: planIdentifier,
    planHash: sha256Text,
    version: z.int().min(1),
    members: z.array(z.strictObject({ site: siteNameSchema, signingKey: publicKey.describe('Ed25519, raw.') })).min(rosterSize.fewest).max(rosterSize.most),
    previousHash: z.union([sha256Text, z.literal('')]).describe('Hash of the version before; empty for the first.'),
    leadKey: publicKey.describe('Ed25519, raw.'),
    signature: z.string().regex(/^[A-Za-z0-9+/]{86}==$/, 'is not 64 bytes in base64').describe('Ed25519 by the lead key over the canonical statement.'),
  })
  .meta({ id: 'Roster', description: "A version of a study's list of members, signed with the study's lead key." });

export type SignedRosterJson = z.output<typeof signedRosterJsonSchema>;

export function signedRosterToJson(roster: SignedRoster): SignedRosterJson {
  return {
    ...roster,
    members: roster.members.map(({ site, signingKey }) => ({ site, signingKey: base64(signingKey) })),
    leadKey: base64(roster.leadKey),
    signature: base64(roster.signature),
  };
}

/** @param json of the schema's form; whether the signature holds is another question */
export function signedRosterFromJson(json: SignedRosterJson): SignedRoster {
  return {
    ...json,
    members: json.members.map(({ site, signingKey }) => ({ site, signingKey: bytes(signingKey) })),
    leadKey: bytes(json.leadKey),
    signature: bytes(json.signature),
  };
}

function base64(raw: Uint8Array): string {
  return Buffer.from(raw).toString('base64');
}

function bytes(text: string): Buffer {
  return Buffer.from(text, 'base64');
}
