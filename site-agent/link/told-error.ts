import type { ServiceError } from '@grpc/grpc-js';
import type { ErrorCode } from '../../shared/errors/catalogue.ts';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import { fromStatus } from '../../shared/wire/error-metadata.ts';

/** What the coordinator may say of the site's ledger, and has to prove. */
const claims: ReadonlySet<ErrorCode> = new Set(['ledger-not-growing', 'ledger-forked']);

/** What only the site itself can find out; a person who reads it sets the site up anew. */
const findings: ReadonlySet<ErrorCode> = new Set(['ledger-damaged', 'site-restored']);

/** The error with which the coordinator answers, never as if this site had found it; nothing when the failure came from the transport. */
export function toldError(failure: ServiceError): ConsiliumError | undefined {
  const told = fromStatus(failure);
  if (told && claims.has(told.code)) return new ConsiliumError('ledger-refusal-unproven', `Its answer is ${told.code}. ${told.detail}`.trimEnd(), { cause: told });
  if (told && findings.has(told.code)) return new ConsiliumError('internal', `The coordinator answers ${told.code}, which only the site can find out.`, { cause: told });
  return told;
}
