import { z } from 'zod';
import type { Role } from '../../shared/access/role.ts';
import type { Caller } from '../access/caller.ts';

/** What a handler gets: everything valid, nothing of HTTP. */
export interface RouteRequest<Params, Query, Body> {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  readonly caller: Caller;
  /** Aborted when the caller goes away or the coordinator stops. */
  readonly signal: AbortSignal;
}

/** What a route sends: JSON of a schema, or a stream of a media type. */
export type ReplyKind =
  | { readonly status: 200 | 201; readonly schema: z.ZodObject }
  | { readonly status: 200; readonly mediaType: string; readonly description: string };

/** One operation of the API. The router serves it and the OpenAPI document describes it, both from this. */
export interface Route {
  readonly method: 'get' | 'post';
  /** Below /api/v1, with `:name` for a parameter. */
  readonly path: string;
  /** Who may call it: any one of these is enough, and `viewer` is everybody with access. */
  readonly roles: readonly Role[];
  readonly summary: string;
  readonly params: z.ZodObject;
  readonly query: z.ZodObject;
  /** `plan` is the bytes of a plan, as they come. */
  readonly body: z.ZodObject | 'plan';
  /** How much JSON is taken; 64 KiB without it. */
  readonly bodyMaxBytes?: number;
  readonly reply: ReplyKind;
  handle(request: RouteRequest<unknown, unknown, unknown>): Promise<object> | AsyncIterable<Uint8Array | string>;
}

const nothing = z.strictObject({});
type Nothing = typeof nothing;

type BodyOf<Body> = Body extends z.ZodObject ? z.output<Body> : Uint8Array;
type ReplyOf<Reply> = Reply extends { readonly schema: z.ZodObject } ? Promise<z.output<Reply['schema']>> : AsyncIterable<Uint8Array | string>;

/** A route whose handler's types follow from its schemas. */
export function route<
  const Reply extends ReplyKind,
  Params extends z.ZodObject = Nothing,
  Query extends z.ZodObject = Nothing,
  Body extends z.ZodObject | 'plan' = Nothing,
>(definition: {
  readonly method: Route['method'];
  readonly path: string;
  readonly roles: readonly Role[];
  readonly summary: string;
  readonly params?: Params;
  readonly query?: Query;
  readonly body?: Body;
  readonly bodyMaxBytes?: number;
  readonly reply: Reply;
  handle(request: RouteRequest<z.output<Params>, z.output<Query>, BodyOf<Body>>): ReplyOf<Reply>;
}): Route {
  return { params: nothing, query: nothing, body: nothing, ...definition } as Route;
}
