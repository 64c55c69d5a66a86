import { seededCiphertextBytes } from '../../shared/ciphertexts/parameter-set.ts';
import { ciphertextCount } from '../../shared/layouts/lane-packing.ts';
import { laneShape } from '../../shared/layouts/vector-layout.ts';
import { roundLayouts } from '../../shared/studies/round-layouts.ts';
import type { RoundGround } from '../assignments/assignment.ts';
import type { RunSession } from '../runs/run-session.ts';

/** Bytes of ciphertexts that a site sends in a round, all parts together. */
export function roundBytes({ plan, tensors }: Pick<RunSession, 'plan' | 'tensors'>, { purpose, parameters }: Pick<RoundGround, 'purpose' | 'parameters'>): number {
  const layouts = roundLayouts(plan, tensors, purpose, parameters).values();
  return [...layouts].reduce((bytes, layout) => bytes + ciphertextCount(laneShape(layout)) * seededCiphertextBytes, 0);
}
