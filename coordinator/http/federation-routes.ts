import { federationResource } from '../../shared/http-api/federation-resource.ts';
import { packageVersion } from '../../shared/package-version.ts';
import { rawPublicKey } from '../../shared/statements/signature.ts';
import type { DiskRoom } from '../../shared/storage/disk-room.ts';
import { formatAddress, type Address } from '../../shared/tls/address.ts';
import type { CoordinatorFolder } from '../federation/coordinator-folder.ts';
import { route, type Route } from './route.ts';

export function federationRoutes({ federation, authority, signingKey, siteAddress, disk }: Pick<CoordinatorFolder, 'federation' | 'authority' | 'signingKey'> & { siteAddress: Address; disk: Pick<DiskRoom, 'state'> }): Route[] {
  return [
    route({
      method: 'get',
      path: '/federation',
      roles: ['viewer'],
      summary: 'The federation and its coordinator.',
      reply: { status: 200, schema: federationResource },
      handle: async () => ({
        id: federation.id,
        name: federation.name,
        hosts: [...federation.hosts],
        siteAddress: formatAddress(siteAddress),
        fingerprint: authority.fingerprint,
        signingKey: rawPublicKey(signingKey).toString('hex'),
        createdAt: federation.createdAt,
        version: packageVersion(),
        disk: disk.state,
      }),
    }),
  ];
}
