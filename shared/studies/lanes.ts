import type { LaneWidth } from '../layouts/vector-layout.ts';
import type { LaneName } from './plan.ts';

/** Value bits + head-room: for up to 64, 256 and 1,024 sites. */
export const laneWidths: Readonly<Record<LaneName, LaneWidth>> = {
  '16+6': { valueBits: 16, headRoomBits: 6 },
  '14+8': { valueBits: 14, headRoomBits: 8 },
  '12+10': { valueBits: 12, headRoomBits: 10 },
};
