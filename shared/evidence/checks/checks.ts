import { ConsiliumError } from '../../errors/consilium-error.ts';
import type { Evidence } from '../evidence.ts';
import { replay, type ReplayedRound } from '../replay.ts';
import { approvals } from './approvals.ts';
import { auditAgreement } from './audit-agreement.ts';
import { auditChain } from './audit-chain.ts';
import { coSignatures } from './co-signatures.ts';
import { cohort } from './cohort.ts';
import { decryptors } from './decryptors.ts';
import { epochs } from './epochs.ts';
import { evaluations } from './evaluations.ts';
import type { EvidenceCheck } from './evidence-check.ts';
import { ground } from './ground.ts';
import { lineage } from './lineage.ts';
import { manifests } from './manifests.ts';
import { models } from './models.ts';
import { plan } from './plan.ts';
import { receipts } from './receipts.ts';
import { rosters } from './rosters.ts';
import { runParameters } from './run-parameters.ts';
import { schedule } from './schedule.ts';
import { smallestCell } from './smallest-cell.ts';

/** In the order in which one builds on the other. A new check is a file and a line. */
export const evidenceChecks: readonly EvidenceCheck[] = [
  plan,
  rosters,
  approvals,
  epochs,
  schedule,
  manifests,
  coSignatures,
  cohort,
  decryptors,
  lineage,
  ground,
  models,
  runParameters,
  evaluations,
  smallestCell,
  auditChain,
  auditAgreement,
  receipts,
];

export interface CheckResult {
  readonly name: string;
  readonly proves: string;
  readonly passed: boolean;
  /** What was looked at, or what is wrong. */
  readonly finding: string;
}

/** Makes every check, also after one that failed. */
export async function checkEvidence(evidence: Evidence): Promise<CheckResult[]> {
  const results: CheckResult[] = [];
  let once: Promise<ReplayedRound[]> | undefined;
  const replayed = () => (once ??= replay(evidence));
  for (const { name, proves, check } of evidenceChecks) results.push({ name, proves, ...(await outcomeOf(async () => check(evidence, replayed))) });
  return results;
}

async function outcomeOf(check: () => Promise<string>): Promise<Pick<CheckResult, 'passed' | 'finding'>> {
  try {
    return { passed: true, finding: await check() };
  } catch (error) {
    return { passed: false, finding: findingOf(error) };
  }
}

/** Nothing in a folder from elsewhere may end the checking, whatever it does to the code that reads it. */
function findingOf(error: unknown): string {
  if (!(error instanceof ConsiliumError)) return `It cannot be checked: what the folder holds has no meaning (${(error as Error).name}).`;
  return error.code === 'evidence-refuted' ? error.detail : error.message;
}
