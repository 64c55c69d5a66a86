import { z } from 'zod';
import { signedRosterJsonSchema } from '../statements/roster-json.ts';
import { auditSlice } from './audit-slice.ts';
import { decisionRecord } from './decision-record.ts';
import { epochRecord } from './epoch-record.ts';
import { manifestRecord } from './manifest-record.ts';
import { modelVersionRecord } from './model-version-record.ts';
import { receiptRecord } from './receipt-record.ts';
import { roundRecord } from './round-record.ts';
import { runRecord } from './run-record.ts';

/** The JSON files of an evidence folder, one for each noun. Another noun is its schema and one line here. */
export const evidenceDocuments = {
  'run.json': runRecord,
  'rosters.json': z.array(signedRosterJsonSchema).min(1),
  'decisions.json': z.array(decisionRecord),
  'epochs.json': z.array(epochRecord).min(1),
  'rounds.json': z.array(roundRecord),
  'manifests.json': z.array(manifestRecord),
  'model-versions.json': z.array(modelVersionRecord).min(1),
  'receipts.json': z.array(receiptRecord),
  'audit.json': auditSlice,
} as const;

export type DocumentName = keyof typeof evidenceDocuments;
export type EvidenceDocuments = { readonly [Name in DocumentName]: z.output<(typeof evidenceDocuments)[Name]> };
