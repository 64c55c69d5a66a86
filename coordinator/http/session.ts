import type { RequestHandler, Response } from 'express';
import { mayCall, type Role } from '../../shared/access/role.ts';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import type { Caller } from '../access/caller.ts';
import type { Identity, IdentitySource } from '../access/identity.ts';

/** Who is behind one request, by its access token (RFC 6750, section 2.1). */
export class Session {
  readonly #token: string | undefined;
  readonly #sources: readonly IdentitySource[];
  #identity: Identity | undefined;

  constructor(authorization: string | undefined, sources: readonly IdentitySource[]) {
    this.#token = /^Bearer +([\w.~+/-]+=*)$/i.exec(authorization ?? '')?.[1];
    this.#sources = sources;
  }

  /** Known as soon as the token tells, also when the request is refused. */
  get name(): string | undefined {
    return this.#identity?.name;
  }

  /**
   * Looks the token up, each time anew.
   * @throws ConsiliumError `token-missing`, `token-refused`, `access-expired`, `access-revoked`, `role-missing`, `issuer-unreachable`
   */
  async caller(): Promise<Caller> {
    if (this.#token === undefined) throw new ConsiliumError('token-missing');
    for (const source of this.#sources) {
      this.#identity = await source.identify(this.#token);
      if (this.#identity?.refusal) throw this.#identity.refusal;
      if (this.#identity) return this.#identity;
    }
    throw new ConsiliumError('token-refused');
  }
}

/** Lets only requests through whose token is good for something. */
export function requireAccess(sources: readonly IdentitySource[]): RequestHandler {
  return async (request, response, next) => {
    const session = new Session(request.get('authorization'), sources);
    response.locals['session'] = session;
    response.locals['caller'] = await session.caller();
    next();
  };
}

/** Lets only those through who have one of these roles; comes after `requireAccess`. */
export function requireRole(roles: readonly Role[]): RequestHandler {
  return (_request, response, next) => {
    const { name, roles: held } = callerOf(response);
    if (mayCall(held, roles)) next();
    else next(new ConsiliumError('role-missing', `It needs the role ${roles.join(' or ')}; ${name} has ${held.join(' and ')}.`));
  };
}

export function sessionOf(response: Response): Session | undefined {
  return response.locals['session'] as Session | undefined;
}

export function callerOf(response: Response): Caller {
  return response.locals['caller'] as Caller;
}
