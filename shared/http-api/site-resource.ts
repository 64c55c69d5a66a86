import { z } from 'zod';
import { siteNameSchema } from '../enrolment/site-name.ts';

export const siteResource = z
  .object({
    name: z.string(),
    connected: z.boolean().describe('Whether its agent is connected now.'),
    enrolledAt: z.iso.datetime(),
    revokedAt: z.iso.datetime().nullable(),
    certificateFingerprint: z.string(),
    certificateExpiresAt: z.iso.datetime(),
    signingKey: z.string().describe('Ed25519, hexadecimal: what hospitals compare with each other.'),
  })
  .meta({ id: 'Site', description: "A hospital's agent." });

export const siteListResource = z.object({ sites: z.array(siteResource) }).meta({ id: 'SiteList' });

export const invitationRequest = z
  .strictObject({
    site: siteNameSchema,
    address: z.string().optional().describe("host:port that the site dials; the federation's own without it."),
    validDays: z.number().gt(0).max(365).optional().describe('7 without it.'),
    replaces: z.boolean().optional().describe('Whether the bundle may take the place of a site that is already enrolled.'),
  })
  .meta({ id: 'InvitationRequest' });

export const invitationResource = z
  .object({
    site: z.string(),
    bundle: z.string().describe('Three lines for the hospital: address, one-time token, fingerprint.'),
    expiresAt: z.iso.datetime().describe('When it can be used no more; another invitation of the site ends it earlier.'),
  })
  .meta({ id: 'Invitation' });

export type SiteResource = z.output<typeof siteResource>;
