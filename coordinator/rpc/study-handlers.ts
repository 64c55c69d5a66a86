import type { GetPlanRequest } from '../../shared/wire/generated/consilium/v1/GetPlanRequest.ts';
import type { PlanInput } from '../../shared/wire/generated/consilium/v1/Plan.ts';
import type { StudiesHandlers } from '../../shared/wire/generated/consilium/v1/Studies.ts';
import type { Site } from '../sites/site.ts';
import type { Studies } from '../studies/studies.ts';
import type { Adapter } from './adapter.ts';

export function studyHandlers(adapter: Adapter<Site>, studies: Studies): StudiesHandlers {
  return {
    GetPlan: adapter.unary(async (_site, { study }: GetPlanRequest): Promise<PlanInput> => {
      const { planJson } = await studies.get(study);
      return { json: Buffer.from(planJson) };
    }),
  };
}
