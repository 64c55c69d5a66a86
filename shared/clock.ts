/** Where time comes from, so that a test can set it. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  nowMs(): number;
}

export const systemClock: Clock = { nowMs: () => Date.now() };

/** ISO 8601 in UTC, with milliseconds. */
export function isoTime(clock: Clock): string {
  return new Date(clock.nowMs()).toISOString();
}
