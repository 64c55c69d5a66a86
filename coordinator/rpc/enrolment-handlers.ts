import type { Clock } from '../../shared/clock.ts';
import { rawPublicKey } from '../../shared/statements/signature.ts';
import type { DescribeReplyInput } from '../../shared/wire/generated/consilium/v1/DescribeReply.ts';
import type { EnrolmentHandlers } from '../../shared/wire/generated/consilium/v1/Enrolment.ts';
import type { EnrolReplyInput } from '../../shared/wire/generated/consilium/v1/EnrolReply.ts';
import type { EnrolRequest } from '../../shared/wire/generated/consilium/v1/EnrolRequest.ts';
import type { RenewReplyInput } from '../../shared/wire/generated/consilium/v1/RenewReply.ts';
import type { RenewRequest } from '../../shared/wire/generated/consilium/v1/RenewRequest.ts';
import { enrol, invitedSite, type EnrolmentTables } from '../enrolment/enrolment.ts';
import type { CoordinatorFolder } from '../federation/coordinator-folder.ts';
import type { SiteCertificates } from '../sites/site-certificates.ts';
import type { Site } from '../sites/site.ts';
import type { UnitOfWork } from '../unit-of-work.ts';
import type { Adapter } from './adapter.ts';

export function enrolmentHandlers(
  adapters: { readonly anyone: Adapter<Site | undefined>; readonly site: Adapter<Site> },
  parts: {
    readonly folder: Pick<CoordinatorFolder, 'federation' | 'authority' | 'signingKey'>;
    readonly store: UnitOfWork<EnrolmentTables>;
    readonly clock: Clock;
    readonly certificates: Pick<SiteCertificates, 'renew'>;
    /** Called when a bundle has taken the place of a site. */
    readonly onReplaced: (site: string) => void;
  },
): EnrolmentHandlers {
  const { store, clock, certificates, onReplaced } = parts;
  const { federation, authority, signingKey } = parts.folder;
  return {
    Describe: adapters.anyone.unary((caller): DescribeReplyInput => ({
      federationId: federation.id,
      federationName: federation.name,
      timeMs: clock.nowMs(),
      caller: caller?.name ?? '',
    })),

    Enrol: adapters.anyone.unary(async (_caller, request: EnrolRequest, { about }): Promise<EnrolReplyInput> => {
      about(await invitedSite(store, request.token));
      const { site, certificate, replaced } = await enrol(store, authority, clock, request);
      if (replaced) onReplaced(site);
      return {
        site,
        federationId: federation.id,
        federationName: federation.name,
        certificateChain: [certificate, authority.certificate.raw],
        coordinatorSigningKey: rawPublicKey(signingKey),
      };
    }),

    Renew: adapters.site.unary(async (site, request: RenewRequest): Promise<RenewReplyInput> => ({
      certificateChain: [await certificates.renew(site, request), authority.certificate.raw],
    })),
  };
}
