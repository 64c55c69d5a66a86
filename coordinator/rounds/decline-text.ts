import { catalogue, type ErrorCode } from '../../shared/errors/catalogue.ts';
import type { Decline } from './round.ts';

/** A site's refusal for people to read: `west (policy-hours): The hospital's policy allows no rounds at this hour.` */
export function declineText({ site, code }: Pick<Decline, 'site' | 'code'>): string {
  return `${site} (${code}): ${catalogue[code as ErrorCode].text}`;
}
