import { ConsiliumError } from '../shared/errors/consilium-error.ts';
import type { ErrorCode } from '../shared/errors/catalogue.ts';

const tlsErrors: Readonly<Record<string, ErrorCode>> = {
  CERT_HAS_EXPIRED: 'coordinator-certificate-refused',
  CERT_NOT_YET_VALID: 'clock-wrong',
  CERT_SIGNATURE_FAILURE: 'coordinator-certificate-refused',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'coordinator-certificate-refused',
  ERR_TLS_CERT_ALTNAME_INVALID: 'coordinator-name-mismatch',
  SELF_SIGNED_CERT_IN_CHAIN: 'coordinator-certificate-refused',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'coordinator-certificate-refused',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'coordinator-certificate-refused',
};

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refuses the connection; nothing listens there',
  ECONNRESET: 'broke the connection off',
  EAI_AGAIN: 'has a name that cannot be resolved at the moment',
  EHOSTUNREACH: 'has no route from here',
  ENETUNREACH: 'has no route from here',
  ENOTFOUND: 'has a name that cannot be resolved',
  EPROTO: 'does not speak TLS 1.3',
  ETIMEDOUT: 'does not answer; a firewall may drop the connection',
};

/** What a failed connection to the coordinator means. An interruption stays what it is. */
export function connectionError(thrown: unknown, url: string): unknown {
  const { name, code = '' } = thrown as NodeJS.ErrnoException;
  if (thrown instanceof ConsiliumError || name === 'AbortError') return thrown;
  const tls = tlsErrors[code];
  if (tls) return new ConsiliumError(tls, `It is the one at ${url}.`, { cause: thrown });
  return new ConsiliumError('coordinator-unreachable', `${url} ${reasons[code] ?? `cannot be connected to (${code})`}.`, { cause: thrown });
}
