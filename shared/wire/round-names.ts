import { ConsiliumError } from '../errors/consilium-error.ts';
import type { Part } from '../layouts/vector-layout.ts';
import type { RoundPurpose } from '../studies/round-purpose.ts';

/** The wire's names for parts and purposes: upper case, as protobuf writes enums. */
export function wirePart(part: Part): Uppercase<Part> {
  return part.toUpperCase() as Uppercase<Part>;
}

/** @throws invalid-request */
export function partFromWire(name: string): Part {
  if (name === 'UPDATE') return 'update';
  if (name === 'STATISTICS') return 'statistics';
  throw new ConsiliumError('invalid-request', 'It names no part.');
}

export function wirePurpose(purpose: RoundPurpose): Uppercase<RoundPurpose> {
  return purpose.toUpperCase() as Uppercase<RoundPurpose>;
}

/** @throws invalid-request */
export function purposeFromWire(name: string): RoundPurpose {
  const purpose = String(name).toLowerCase(); // protobuf leaves a value that it does not know a number
  if (purpose === 'normalisation' || purpose === 'calibration' || purpose === 'training' || purpose === 'evaluation') return purpose;
  throw new ConsiliumError('invalid-request', 'It names no purpose.');
}
