import { ipKeyGenerator, rateLimit, type RateLimitInfo } from 'express-rate-limit';
import type { Request, RequestHandler } from 'express';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';

/** Counts the requests of each address; whoever sends more a minute gets `too-many-requests`. */
export function limitRate(limitPerMinute: number): RequestHandler {
  return rateLimit({
    windowMs: 60_000,
    limit: limitPerMinute,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    requestPropertyName: countedAs,
    keyGenerator: ({ ip }) => (ip === undefined ? 'gone' : ipKeyGenerator(ip)), // who has hung up has no address any more
    handler: (_request, _response, next) => next(new ConsiliumError('too-many-requests', `At most ${limitPerMinute} a minute are served.`)),
  });
}

/** What the limit that a request met last has counted for its address. */
export function countOf(request: Request): RateLimitInfo | undefined {
  return (request as unknown as Record<string, RateLimitInfo | undefined>)[countedAs];
}

const countedAs = 'rateLimit';
