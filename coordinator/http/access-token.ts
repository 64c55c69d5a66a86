import type { RequestHandler } from 'express';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import { equalBytes, sha256 } from '../../shared/statements/digest.ts';

/**
 * Lets only requests through that carry the access token (RFC 6750, section 2.1). Hashes are compared, in constant
 * time: neither the token's bytes nor where a guess differs can be told from the answer.
 *
 * @param tokenHash SHA-256 of the token, 32 bytes
 * @param limitRefusals counts requests without the token; whoever has it is never held up by those who guess
 */
export function requireAccessToken(tokenHash: Uint8Array, limitRefusals: RequestHandler): RequestHandler {
  return (request, response, next) => {
    const token = /^Bearer ([\w-]+)$/i.exec(request.get('authorization') ?? '')?.[1];
    if (token !== undefined && equalBytes(sha256(token), tokenHash)) {
      next();
      return;
    }
    response.set('www-authenticate', 'Bearer');
    void limitRefusals(request, response, (limited?: unknown) => next(limited ?? new ConsiliumError('token-refused')));
  };
}
