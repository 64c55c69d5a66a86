import type { Clock } from '../clock.ts';
import { moment } from '../command-line/quantities.ts';
import type { TableColumn } from '../command-line/table.ts';
import type { AccessResource } from '../http-api/access-resource.ts';

/** Who has access, for a person's screen. */
export function accessColumns(clock: Clock): TableColumn<AccessResource>[] {
  return [
    { title: 'ID', text: ({ id }) => id },
    { title: 'NAME', text: ({ name }) => name },
    { title: 'ROLES', text: ({ roles }) => roles.join(', ') },
    { title: 'STATE', text: (access) => stateOf(access, clock.nowMs()) },
    { title: 'LAST USED', text: ({ lastUsedAt }) => (lastUsedAt === null ? 'never' : momentOf(lastUsedAt)) },
  ];
}

function stateOf({ revokedAt, expiresAt }: AccessResource, nowMs: number): string {
  if (revokedAt !== null) return `revoked ${momentOf(revokedAt)}`;
  return `${Date.parse(expiresAt) <= nowMs ? 'expired' : 'until'} ${momentOf(expiresAt)}`;
}

function momentOf(isoTime: string): string {
  return moment(Date.parse(isoTime));
}
