import type { Clock } from '../../shared/clock.ts';
import type { ErrorCode } from '../../shared/errors/catalogue.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import type { UnitOfWork } from '../unit-of-work.ts';

/** A request to the HTTP API that was turned away. */
export interface Refusal {
  readonly code: ErrorCode;
  /** Who asked, where the token tells. */
  readonly name: string | undefined;
  /** Of the network. */
  readonly address: string;
  /** What was asked for: `GET /api/v1/runs`. */
  readonly request: string;
}

/** Long enough for every request that there is; a caller that nobody knows cannot fill the log with one line. */
const requestMaxLength = 120;

/** Writes down who was turned away. How often that may happen a minute is the caller's to bound. */
export class Refusals {
  readonly #store: UnitOfWork<{ readonly audit: AuditLog }>;
  readonly #clock: Clock;

  constructor(store: UnitOfWork<{ readonly audit: AuditLog }>, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  record({ code, name = 'unknown', address, request }: Refusal): Promise<void> {
    return this.#append(name, 'request refused', request, { code, address });
  }

  /** What the same address does for the rest of the minute is not written down. */
  recordLimit({ code, name = 'unknown', address, request }: Refusal, limitPerMinute: number): Promise<void> {
    return this.#append(name, 'requests limited', request, { code, address, limitPerMinute });
  }

  #append(actor: string, action: string, request: string, detail: object): Promise<void> {
    return this.#store.transaction(({ audit }) =>
      audit.append({ atMs: this.#clock.nowMs(), actor, action, subject: request.slice(0, requestMaxLength), detail: { ...detail } }),
    );
  }
}
