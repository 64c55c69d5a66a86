import { randomBytes } from 'node:crypto';
import type { ErrorRequestHandler } from 'express';
import { asConsiliumError, ConsiliumError } from '../../shared/errors/consilium-error.ts';
import type { Logger } from '../../shared/logs/logger.ts';

/** Sends what a handler threw as the catalogue says. What went wrong inside stays in the log, under the reference that the caller gets. */
export function errorReplies(log: Logger): ErrorRequestHandler {
  return (thrown: unknown, request, response, _next) => {
    const error = publicError(bodyError(thrown) ?? asConsiliumError(thrown), log.child({ method: request.method, path: request.path }));
    if (response.headersSent) {
      response.destroy();
      return;
    }
    response.status(error.entry.http).set('cache-control', 'no-store').json(error);
  };
}

function publicError(error: ConsiliumError, log: Logger): ConsiliumError {
  if (error.code !== 'internal') {
    log.info('request refused', { code: error.code, detail: error.detail });
    return error;
  }
  const reference = randomBytes(6).toString('hex');
  log.error('request failed', { reference }, error.cause ?? error);
  return new ConsiliumError('internal', `Reference ${reference}.`);
}

/** Errors of express's body readers and of its path decoder carry a status below 500. */
function bodyError(thrown: unknown): ConsiliumError | undefined {
  const { type, status, limit } = thrown as { type?: unknown; status?: unknown; limit?: unknown };
  if (thrown instanceof ConsiliumError || typeof status !== 'number' || status >= 500) return undefined;
  if (type === 'entity.too.large') return new ConsiliumError('request-too-large', `At most ${String(limit)} bytes are taken.`, { cause: thrown });
  return new ConsiliumError('invalid-request', type === 'entity.parse.failed' ? 'The body is not JSON.' : 'It cannot be read.', { cause: thrown });
}
