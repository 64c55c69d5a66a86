import { z } from 'zod';
import type { Clock } from '../../shared/clock.ts';
import { formatBundle } from '../../shared/enrolment/bundle.ts';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import { invitationRequest, invitationResource, siteListResource, siteResource } from '../../shared/http-api/site-resource.ts';
import { parseAddress, type Address } from '../../shared/tls/address.ts';
import { createInvitation, type InvitationTables } from '../enrolment/invitation.ts';
import type { ConnectedSites } from '../sites/connected-sites.ts';
import type { Site } from '../sites/site.ts';
import type { UnitOfWork } from '../unit-of-work.ts';
import { isoOf } from '../views/iso-times.ts';
import { siteView } from '../views/site-view.ts';
import { route, type Route } from './route.ts';

const dayMs = 86_400_000;

export interface SiteRouteParts {
  readonly store: UnitOfWork<InvitationTables>;
  readonly connectedSites: Pick<ConnectedSites, 'names'>;
  /** Takes a site's place away for good and cuts it off. @throws site-not-found */
  readonly revoke: (name: string, actor: string) => Promise<Site>;
  /** Where sites dial, unless an invitation says otherwise. */
  readonly siteAddress: Address;
  /** Of the certificate authority. */
  readonly fingerprint: string;
  readonly clock: Clock;
}

export function siteRoutes({ store, connectedSites, revoke, siteAddress, fingerprint, clock }: SiteRouteParts): Route[] {
  return [
    route({
      method: 'get',
      path: '/sites',
      roles: ['viewer'],
      summary: 'All enrolled sites, by name.',
      reply: { status: 200, schema: siteListResource },
      handle: async () => {
        const connected = connectedSites.names;
        return { sites: (await store.read.sites.list()).map((site) => siteView(site, connected.includes(site.name))) };
      },
    }),
    route({
      method: 'post',
      path: '/sites/invitations',
      roles: ['operator'],
      summary: 'Makes a one-time bundle with which a hospital joins.',
      body: invitationRequest,
      reply: { status: 201, schema: invitationResource },
      handle: async ({ body: { site, address, validDays, replaces }, caller }) => {
        const { bundle, expiresAtMs } = await createInvitation(store, clock, {
          actor: caller.name,
          site,
          address: address === undefined ? siteAddress : validAddress(address),
          fingerprint,
          replaces,
          validityMs: validDays === undefined ? undefined : validDays * dayMs,
        });
        return { site, bundle: formatBundle(bundle), expiresAt: isoOf(expiresAtMs) };
      },
    }),
    route({
      method: 'post',
      path: '/sites/:name/revocation',
      roles: ['operator'],
      summary: 'Takes a site\'s place in the federation away and cuts it off at once, on open streams too.',
      params: z.strictObject({ name: z.string() }),
      reply: { status: 200, schema: siteResource },
      handle: async ({ params, caller }) => siteView(await revoke(params.name, caller.name), false),
    }),
  ];
}

function validAddress(text: string): Address {
  const address = parseAddress(text);
  if (address) return address;
  throw new ConsiliumError('invalid-request', '', { problems: [{ path: 'body.address', message: 'is not an address host:port' }] });
}
