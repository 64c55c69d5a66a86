import { evaluationLayout } from '../evaluation/evaluation-layout.ts';
import type { Part, VectorLayout } from '../layouts/vector-layout.ts';
import type { TensorSpec } from '../models/tensor-spec.ts';
import { calibrationLayout } from './calibration-layout.ts';
import { normalisationLayout } from './normalisation-layout.ts';
import type { StudyPlan } from './plan.ts';
import { partsOf, type RoundPurpose } from './round-purpose.ts';
import type { RunParameters } from './run-parameters.ts';
import { updateLayout } from './update-layout.ts';

/** The layouts of a round's parts. Both sides derive them from the plan and compare fingerprints. */
export function roundLayouts(
  plan: StudyPlan,
  tensors: readonly TensorSpec[],
  purpose: RoundPurpose,
  parameters: RunParameters,
): ReadonlyMap<Part, VectorLayout> {
  const layoutOf = (part: Part) => (part === 'update' ? updateLayout(plan, tensors, parameters) : statisticsLayout(plan, tensors, purpose));
  return new Map(partsOf(purpose).map((part) => [part, layoutOf(part)]));
}

function statisticsLayout(plan: StudyPlan, tensors: readonly TensorSpec[], purpose: RoundPurpose): VectorLayout {
  if (purpose === 'normalisation') return normalisationLayout(plan);
  return purpose === 'calibration' ? calibrationLayout(plan, tensors) : evaluationLayout(plan);
}
