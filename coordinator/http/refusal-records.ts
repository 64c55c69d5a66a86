import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import type { ErrorCode } from '../../shared/errors/catalogue.ts';
import type { Logger } from '../../shared/logs/logger.ts';
import type { Refusals } from '../access/refusals.ts';
import type { HttpLimits } from './http-limits.ts';
import { countOf, limitRate } from './rate-limit.ts';
import { sessionOf } from './session.ts';

const refusalStatuses: ReadonlySet<number> = new Set([401, 403, 429]);

export interface RefusalRecordParts {
  readonly refusals: Refusals;
  /** Called with the code of each. */
  readonly onRefused: (code: ErrorCode) => void;
  readonly limits: Pick<HttpLimits, 'refusalsPerMinute'>;
  readonly log: Logger;
}

/**
 * Writes every refusal (401, 403, 429) into the audit log before it is answered, and turns those beyond the limit of
 * their address into `too-many-requests`. That an address reached a limit is written down once a minute.
 */
export function recordRefusals({ refusals, onRefused, limits, log }: RefusalRecordParts): ErrorRequestHandler {
  const limit = limitRate(limits.refusalsPerMinute);
  return async (thrown: unknown, request, response, next) => {
    if (!isRefusal(thrown)) {
      next(thrown);
      return;
    }
    const answer = thrown.entry.http === 429 ? thrown : ((await limited(limit, request, response)) ?? thrown);
    onRefused(answer.code);
    await record(answer, request, response).catch((cause: unknown) => log.error('A refusal is not in the audit log.', { code: answer.code }, cause));
    if (answer.entry.http === 401 && !response.headersSent) response.set('www-authenticate', 'Bearer');
    next(answer);
  };

  async function record({ code, entry }: ConsiliumError, request: Request, response: Response): Promise<void> {
    const refusal = { code, name: sessionOf(response)?.name, address: request.ip ?? 'unknown', request: `${request.method} ${pathOf(request)}` };
    if (entry.http !== 429) return refusals.record(refusal);
    const { used = 0, limit: limitPerMinute = 0 } = countOf(request) ?? {};
    if (used === limitPerMinute + 1) await refusals.recordLimit(refusal, limitPerMinute);
  }
}

/** Whether the caller was turned away, rather than what they asked for. */
export function isRefusal(thrown: unknown): thrown is ConsiliumError {
  return thrown instanceof ConsiliumError && refusalStatuses.has(thrown.entry.http);
}

/** Without the query. */
function pathOf({ originalUrl }: Request): string {
  return originalUrl.replace(/\?.*$/s, '');
}

function limited(limit: RequestHandler, request: Request, response: Response): Promise<ConsiliumError | undefined> {
  return new Promise((resolve) => void limit(request, response, (error?: unknown) => resolve(error as ConsiliumError | undefined)));
}
