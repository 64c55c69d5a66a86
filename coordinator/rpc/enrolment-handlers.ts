import type { Clock } from '../../shared/clock.ts';
import { rawPublicKey } from '../../shared/statements/signature.ts';
import type { DescribeReplyInput } from '../../shared/wire/generated/consilium/v1/DescribeReply.ts';
import type { EnrolmentHandlers } from '../../shared/wire/generated/consilium/v1/Enrolment.ts';
import type { EnrolReplyInput } from '../../shared/wire/generated/consilium/v1/EnrolReply.ts';
import type { EnrolRequest } from '../../shared/wire/generated/consilium/v1/EnrolRequest.ts';
import { enrol, type EnrolmentTables } from '../enrolment/enrolment.ts';
import type { CoordinatorFolder } from '../federation/coordinator-folder.ts';
import type { Site } from '../sites/site.ts';
import type { UnitOfWork } from '../unit-of-work.ts';
import type { Adapter } from './adapter.ts';

export function enrolmentHandlers(
  adapter: Adapter<Site | undefined>,
  { federation, authority, signingKey }: Pick<CoordinatorFolder, 'federation' | 'authority' | 'signingKey'>,
  store: UnitOfWork<EnrolmentTables>,
  clock: Clock,
): EnrolmentHandlers {
  return {
    Describe: adapter.unary((caller): DescribeReplyInput => ({
      federationId: federation.id,
      federationName: federation.name,
      timeMs: clock.nowMs(),
      caller: caller?.name ?? '',
    })),

    Enrol: adapter.unary(async (_caller, request: EnrolRequest): Promise<EnrolReplyInput> => {
      const { site, certificate } = await enrol(store, authority, clock, request);
      return {
        site,
        federationId: federation.id,
        federationName: federation.name,
        certificateChain: [certificate, authority.certificate.raw],
        coordinatorSigningKey: rawPublicKey(signingKey),
      };
    }),
  };
}
