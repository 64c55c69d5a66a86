import { systemClock, type Clock } from '../../shared/clock.ts';

/** The system's clock, put forward or back. */
export class SetClock implements Clock {
  aheadMs: number;

  constructor(aheadMs = 0) {
    this.aheadMs = aheadMs;
  }

  nowMs(): number {
    return systemClock.nowMs() + this.aheadMs;
  }
}

export const minuteMs = 60_000;
export const dayMs = 86_400_000;
