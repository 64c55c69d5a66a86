import type { LaneWidth } from '../layouts/lane-packing.ts';
import type { LaneName } from './plan.ts';

/**
 * Value bits + head-room: for up to 8, 64, 256 and 1,024 sites. The fewer bits, the more lanes share a coefficient: a ciphertext holds
 * 12,288 lanes of 14+3 bits, 10,240 of 16+3, and 8,192 of the others.
 */
export const laneWidths: Readonly<Record<LaneName, LaneWidth>> = {
  '14+3': { valueBits: 14, headRoomBits: 3 },
  '16+3': { valueBits: 16, headRoomBits: 3 },
  '16+6': { valueBits: 16, headRoomBits: 6 },
  '14+8': { valueBits: 14, headRoomBits: 8 },
  '12+10': { valueBits: 12, headRoomBits: 10 },
};
