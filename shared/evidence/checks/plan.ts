import { ConsiliumError } from '../../errors/consilium-error.ts';
import { sha256Hex } from '../../statements/digest.ts';
import type { EvidenceCheck } from './evidence-check.ts';

export const plan: EvidenceCheck = {
  name: 'plan',
  proves: 'The plan is, byte for byte, the one that the run and every model version name.',
  check({ planJson, plan: { study }, documents }) {
    const planHash = sha256Hex(planJson);
    const run = documents['run.json'];
    if (run.planHash !== planHash) throw new ConsiliumError('evidence-refuted', `The run names the plan ${run.planHash}, and plan.json is ${planHash}.`);
    if (run.study !== study) throw new ConsiliumError('evidence-refuted', `The run is of the study ${run.study}, and the plan of ${study}.`);
    const other = documents['model-versions.json'].find((version) => version.planHash !== planHash);
    if (other) throw new ConsiliumError('evidence-refuted', `Version ${other.number} names the plan ${other.planHash}.`);
    return `plan ${planHash}`;
  },
};
