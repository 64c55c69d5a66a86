import { ClientError, ResponseBodyError } from 'openid-client';
import { ConsiliumError } from '../shared/errors/consilium-error.ts';

/** Answers of the token endpoint (RFC 6749, section 5.2; RFC 8628, section 3.5) in words. */
const answers: Readonly<Record<string, string>> = {
  access_denied: 'It was turned down.',
  expired_token: 'Nobody logged in in time.',
};

/** What a failed login or renewal means; everything else stays what it is. */
export function loginError(thrown: unknown): unknown {
  if (thrown instanceof ResponseBodyError) {
    if (thrown.error === 'invalid_grant') return new ConsiliumError('login-needed', 'The last login has ended.', { cause: thrown });
    return new ConsiliumError('login-failed', answers[thrown.error] ?? `The issuer answers "${printable(thrown.error)}".`, { cause: thrown });
  }
  if (!(thrown instanceof ClientError)) return thrown;
  if (thrown.cause instanceof ConsiliumError) return thrown.cause;
  return new ConsiliumError('login-failed', `What the issuer sends is not OpenID Connect with the device authorisation grant (${thrown.code ?? 'no code'}).`, { cause: thrown });
}

function printable(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/g, '').slice(0, 60);
}
