import type { Clock } from '../../shared/clock.ts';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import { services } from '../../shared/wire/services.ts';
import type { CallLimits, Channel } from './channel.ts';

const differenceMaxMs = 5 * 60_000;

export interface CoordinatorDescription {
  /** The site as which the coordinator recognises this caller; empty when it does not. */
  readonly caller: string;
  /** How far the coordinator's clock is ahead of the one here; negative when it is behind. */
  readonly aheadMs: number;
}

/** Who answers, and how its clock differs; the coordinator's time is taken as that in the middle of the call. */
export async function describeCoordinator(channel: Channel, clock: Clock, limits: CallLimits): Promise<CoordinatorDescription> {
  const beforeMs = clock.nowMs();
  const { timeMs, caller } = await channel.unary(services.enrolment.Describe, {}, limits);
  return { caller, aheadMs: timeMs - (beforeMs + clock.nowMs()) / 2 };
}

/** @throws ConsiliumError `clock-wrong` beyond five minutes */
export function requireRightClock(aheadMs: number, nowMs: number): void {
  if (Math.abs(aheadMs) <= differenceMaxMs) return;
  const [here, there] = [nowMs, nowMs + aheadMs].map((timeMs) => new Date(timeMs).toISOString());
  const seconds = Math.round(Math.abs(aheadMs) / 1000);
  throw new ConsiliumError('clock-wrong', `Here it is ${here}, at the coordinator ${there}: ${seconds} seconds ${aheadMs > 0 ? 'behind' : 'ahead'}.`);
}
