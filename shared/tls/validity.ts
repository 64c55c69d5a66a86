const dayMs = 86_400_000;

/** Whole days until a certificate ends, rounded down: 0 on its last day, below 0 once it has expired. */
export function wholeDaysLeft(expiresAtMs: number, nowMs: number): number {
  return Math.floor((expiresAtMs - nowMs) / dayMs);
}
