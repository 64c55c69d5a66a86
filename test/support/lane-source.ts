import type { LaneSource } from '../../shared/layouts/vector-encoding.ts';

/** Lanes that are there already. */
export function laneSource(lanes: Uint32Array): LaneSource {
  let taken = 0;
  return { length: lanes.length, take: (count) => lanes.slice(taken, (taken += count)) };
}
