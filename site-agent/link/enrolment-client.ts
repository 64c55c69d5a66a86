import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import type { EnrolReply } from '../../shared/wire/generated/consilium/v1/EnrolReply.ts';
import type { EnrolRequestInput } from '../../shared/wire/generated/consilium/v1/EnrolRequest.ts';
import { services } from '../../shared/wire/services.ts';
import type { Channel } from './channel.ts';

const attempts = 3;

/** Enrols; when a reply is lost, the same request is sent again, because the coordinator answers it the same. */
export async function requestEnrolment(channel: Channel, request: EnrolRequestInput, signal: AbortSignal): Promise<EnrolReply> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await channel.unary(services.enrolment.Enrol, request, { signal });
    } catch (error) {
      if (attempt === attempts || !(error instanceof ConsiliumError && error.entry.retryable)) throw error;
    }
  }
}
