import { ConsiliumError } from '../errors/consilium-error.ts';
import { parseJsonBytes } from '../json/parse-json.ts';
import { describeTopology } from '../models/model-description.ts';
import { topologyProblems } from '../models/topology-problems.ts';
import { sha256Hex } from '../statements/digest.ts';
import { parsePlan } from './plan-checks.ts';
import { planSummary, type PlanSummary } from './plan-summary.ts';
import type { StudyPlan } from './plan.ts';

/** A plan in which nothing is wrong. */
export interface CheckedPlan {
  readonly plan: StudyPlan;
  /** SHA-256 of the bytes, hex. */
  readonly planHash: string;
  readonly summary: PlanSummary;
}

/**
 * Reads a plan's bytes and checks all of it, the model as well.
 *
 * @param planJson JSON in UTF-8
 * @throws plan-invalid with all problems
 */
export async function checkPlan(planJson: Uint8Array): Promise<CheckedPlan> {
  const plan = await readPlan(planJson);
  const { weights } = await describeTopology(plan.model.topology);
  return { plan, planHash: sha256Hex(planJson), summary: planSummary(plan, weights) };
}

/** The same without the summary. */
export function readPlan(planJson: Uint8Array): Promise<StudyPlan> {
  return parsePlan(readJson(planJson), topologyProblems);
}

function readJson(bytes: Uint8Array): unknown {
  try {
    return parseJsonBytes(bytes);
  } catch (cause) {
    throw new ConsiliumError('plan-invalid', '', { problems: [{ path: 'plan', message: (cause as Error).message }] });
  }
}
