import type { AccessResource } from '../../shared/http-api/access-resource.ts';
import type { AccessGrant } from '../access/access-grant.ts';
import { isoOf, isoOrNull } from './iso-times.ts';

/** A grant as people see it, without its token's hash. */
export function accessView({ id, name, roles, createdAtMs, expiresAtMs, revokedAtMs, lastUsedAtMs }: AccessGrant): AccessResource {
  return { id, name, roles: [...roles], createdAt: isoOf(createdAtMs), expiresAt: isoOf(expiresAtMs), revokedAt: isoOrNull(revokedAtMs), lastUsedAt: isoOrNull(lastUsedAtMs) };
}
