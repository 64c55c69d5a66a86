import type { Clock } from '../../shared/clock.ts';
import type { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import type { Logger } from '../../shared/logs/logger.ts';
import { sha256Hex } from '../../shared/statements/digest.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import type { UnitOfWork } from '../unit-of-work.ts';
import type { EnrolmentTokenStore } from './enrolment-token.ts';

/** Anybody can reach the port, and must not be able to fill the disk. The last one of a minute says that more may have come. */
const recordedPerMinute = 30;
const minuteMs = 60_000;

/** Records in the audit log, and tells the operator, that somebody tried to enrol and was refused: a bundle used twice above all. */
export class RefusedEnrolments {
  readonly #store: UnitOfWork<{ readonly audit: AuditLog; readonly enrolmentTokens: EnrolmentTokenStore }>;
  readonly #clock: Clock;
  readonly #log: Logger;
  #minuteBeganAtMs = 0;
  #recorded = 0;

  constructor(store: UnitOfWork<{ readonly audit: AuditLog; readonly enrolmentTokens: EnrolmentTokenStore }>, clock: Clock, log: Logger) {
    this.#store = store;
    this.#clock = clock;
    this.#log = log;
  }

  /**
   * @param token as the caller sent it; only the name of the site that it was made for is kept
   * @param address of the caller
   */
  async record({ code, detail }: ConsiliumError, token: string, address: string): Promise<void> {
    const atMs = this.#clock.nowMs();
    if (atMs - this.#minuteBeganAtMs >= minuteMs) {
      this.#minuteBeganAtMs = atMs;
      this.#recorded = 0;
    }
    if (this.#recorded >= recordedPerMinute) return;
    this.#recorded++;
    const othersLeftOut = this.#recorded === recordedPerMinute;
    const site = (await this.#store.read.enrolmentTokens.find(sha256Hex(token)))?.site ?? '';
    this.#log.warn('An enrolment was refused.', { code, detail, site, address, ...(othersLeftOut && { note: 'Further ones of this minute are left out.' }) });
    await this.#store.transaction(({ audit }) => audit.append({ atMs, actor: `address ${address}`, action: 'enrolment refused', subject: site, detail: { code, othersLeftOut } }));
  }
}
