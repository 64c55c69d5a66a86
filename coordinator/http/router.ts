import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import express, { type NextFunction, type Request, type RequestHandler, type Response, type Router } from 'express';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import { planMaxBytes } from '../../shared/http-api/study-resource.ts';
import type { HttpLimits } from './http-limits.ts';
import { limitEventStreams } from './limit-event-streams.ts';
import { isRefusal } from './refusal-records.ts';
import { validPart } from './request-validation.ts';
import type { Route } from './route.ts';
import { callerOf, requireRole, sessionOf } from './session.ts';

const jsonMaxBytes = 64 * 1024;

/** @param closing aborted when the coordinator stops; streams end then */
export function routerOf(routes: readonly Route[], { eventStreams }: Pick<HttpLimits, 'eventStreams'>, closing: AbortSignal): Router {
  const router = express.Router({ caseSensitive: true, strict: true });
  const limitStreams = limitEventStreams(eventStreams);
  for (const route of routes) {
    const limits = 'mediaType' in route.reply && route.reply.mediaType === 'text/event-stream' ? [limitStreams] : [];
    router[route.method](route.path, requireRole(route.roles), ...limits, bodyReader(route), (request, response, next) => serve(route, request, response, closing).catch(next));
  }
  router.use((request: Request, _response: Response, next: NextFunction) => next(new ConsiliumError('not-found', `It was asked for ${request.method} ${request.baseUrl}${request.path}.`)));
  return router;
}

/** Bodies are read whatever type they claim to be: a plan is bytes, everything else is JSON. */
function bodyReader({ body, bodyMaxBytes = jsonMaxBytes }: Route): RequestHandler {
  const type = () => true;
  return body === 'plan' ? express.raw({ type, limit: planMaxBytes }) : express.json({ type, limit: bodyMaxBytes });
}

async function serve(route: Route, request: Request, response: Response, closing: AbortSignal): Promise<void> {
  const gone = new AbortController();
  response.once('close', () => gone.abort(new ConsiliumError('cancelled', 'The caller went away.')));
  const result = route.handle({
    params: validPart(route.params, 'path', request.params),
    query: validPart(route.query, 'query', request.query),
    body: route.body === 'plan' ? planBytes(request.body) : validPart(route.body, 'body', request.body ?? {}),
    caller: callerOf(response),
    signal: AbortSignal.any([gone.signal, closing]),
  });
  response.status(route.reply.status).set('cache-control', 'no-store');
  if ('mediaType' in route.reply) await stream(result as AsyncIterable<Uint8Array | string>, route.reply.mediaType, request, response);
  else response.json(await result);
}

/**
 * Headers go out with the first chunk, so that what fails before is an ordinary error. Access that ends meanwhile ends
 * the stream at its next chunk, which for events is a heartbeat at the latest.
 */
async function stream(chunks: AsyncIterable<Uint8Array | string>, mediaType: string, request: Request, response: Response): Promise<void> {
  const iterator = chunks[Symbol.asyncIterator]();
  try {
    const first = await iterator.next();
    response.type(mediaType);
    if (request.method === 'HEAD') response.end();
    else await pipeline(Readable.from(continued(first, iterator, () => sessionOf(response)?.caller()), { objectMode: false }), response);
  } catch (error) {
    // The caller sees a reply that is cut short; there is nothing left to tell it. That access ended has to be written down.
    if (!response.destroyed || isRefusal(error)) throw error;
  } finally {
    await iterator.return?.(); // also where the caller left before anything was read
  }
}

async function* continued<Chunk>(first: IteratorResult<Chunk>, iterator: AsyncIterator<Chunk>, stillAllowed: () => Promise<unknown> | undefined): AsyncGenerator<Chunk> {
  for (let next = first; !next.done; next = await iterator.next()) {
    await stillAllowed();
    yield next.value;
  }
}

function planBytes(body: unknown): Uint8Array {
  return body instanceof Uint8Array ? body : new Uint8Array(0);
}
