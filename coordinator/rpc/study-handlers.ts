import type { GetPlanRequest } from '../../shared/wire/generated/consilium/v1/GetPlanRequest.ts';
import type { PlanInput } from '../../shared/wire/generated/consilium/v1/Plan.ts';
import type { StudyDecision } from '../../shared/wire/generated/consilium/v1/StudyDecision.ts';
import type { StudiesHandlers } from '../../shared/wire/generated/consilium/v1/Studies.ts';
import { decidedByFromWire, decisionFromWire } from '../../shared/wire/decision-names.ts';
import type { StudyDecisions } from '../rosters/study-decisions.ts';
import type { RunConductor } from '../runs/run-conductor.ts';
import type { Site } from '../sites/site.ts';
import type { Studies } from '../studies/studies.ts';
import type { Adapter } from './adapter.ts';

export function studyHandlers(adapter: Adapter<Site>, studies: Studies, decisions: StudyDecisions, conductor: Pick<RunConductor, 'wakeAll'>): StudiesHandlers {
  return {
    GetPlan: adapter.unary(async (_site, { study }: GetPlanRequest, { about }): Promise<PlanInput> => {
      about(study);
      const { planJson } = await studies.get(study);
      return { json: Buffer.from(planJson) };
    }),

    Decide: adapter.unary(async (site, { decision, decidedBy, ...said }: StudyDecision, { about }) => {
      about(said.study);
      await decisions.decide(site.name, { ...said, decision: decisionFromWire(decision), decidedBy: decidedByFromWire(decidedBy) });
      await conductor.wakeAll(); // a run may wait for this roster
      return {};
    }),
  };
}
