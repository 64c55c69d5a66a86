import { z } from 'zod';
import { evidenceDocuments } from '../evidence/evidence-documents.ts';
import { auditHeadResource } from './audit-resource.ts';

const { 'audit.json': _hasItsOwnRequest, ...documents } = evidenceDocuments;

export const evidenceResource = z
  .strictObject({
    documents: z.strictObject(documents).describe('The files of an evidence folder, by name; plan, payloads and audit events have requests of their own.'),
    audit: z.strictObject({ first: z.int().min(1).describe("Sequence number of the event that tells of the run's start."), head: auditHeadResource.describe("Of the run's last event.") }),
  })
  .meta({ id: 'Evidence', description: 'What a run leaves behind to be checked without the coordinator.' });

export type EvidenceResource = z.output<typeof evidenceResource>;
