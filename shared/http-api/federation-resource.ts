import { z } from 'zod';

export const federationResource = z
  .object({
    id: z.uuid(),
    name: z.string(),
    hosts: z.array(z.string()).describe('DNS names and IP addresses under which sites reach the coordinator.'),
    siteAddress: z.string().describe('Address that goes into bundles unless an invitation names another, host:port.'),
    fingerprint: z.string().describe('SHA-256 of the certificate authority, hexadecimal.'),
    signingKey: z.string().describe("Ed25519, hexadecimal: with it the coordinator signs receipts and the head of the audit log. Sites pin it when they join."),
    createdAt: z.iso.datetime(),
    version: z.string().describe('Version of Consilium that the coordinator runs.'),
    disk: z
      .object({
        full: z.boolean().describe('Contributions and sums wait until there is room.'),
        freeBytes: z.int(),
        minimumFreeBytes: z.number().describe('What is kept for the database.'),
      })
      .describe('Of the coordinator.'),
  })
  .meta({ id: 'Federation', description: 'The coordinator and its federation.' });
