import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import type { EnrolReply } from '../../shared/wire/generated/consilium/v1/EnrolReply.ts';
import type { EnrolRequestInput } from '../../shared/wire/generated/consilium/v1/EnrolRequest.ts';
import type { RenewReply } from '../../shared/wire/generated/consilium/v1/RenewReply.ts';
import type { RenewRequestInput } from '../../shared/wire/generated/consilium/v1/RenewRequest.ts';
import { services } from '../../shared/wire/services.ts';
import type { Channel } from './channel.ts';

const attempts = 3;

/** Enrols; when a reply is lost, the same request is sent again, because the coordinator answers it the same. */
export function requestEnrolment(channel: Channel, request: EnrolRequestInput, signal: AbortSignal): Promise<EnrolReply> {
  return repeating(() => channel.unary(services.enrolment.Enrol, request, { signal }));
}

/** Asks for the next certificate; a request whose reply is lost is sent again as it is. */
export function requestRenewal(channel: Channel, request: RenewRequestInput, signal: AbortSignal): Promise<RenewReply> {
  return repeating(() => channel.unary(services.enrolment.Renew, request, { signal }));
}

async function repeating<Reply>(call: () => Promise<Reply>): Promise<Reply> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      if (attempt === attempts || !(error instanceof ConsiliumError && error.entry.retryable)) throw error;
    }
  }
}
