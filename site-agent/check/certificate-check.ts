import { X509Certificate } from 'node:crypto';
import type { Clock } from '../../shared/clock.ts';
import { wholeDaysLeft } from '../../shared/tls/validity.ts';
import type { ChannelIdentity } from '../link/channel-identity.ts';
import { failed, ok, warning, type Finding } from './finding.ts';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';

const step = 'validity';
const warningDays = 30;

/** For how long the site's certificate and the federation's authority are still good; needs no connection. */
export function checkValidity({ client, authority }: ChannelIdentity, clock: Clock): Finding {
  const [own, federation] = [client?.certificate ?? '', authority].map((pem) => new X509Certificate(pem).validToDate) as [Date, Date];
  const [ownDays, federationDays] = [own, federation].map((end) => wholeDaysLeft(end.getTime(), clock.nowMs())) as [number, number];
  if (ownDays < 0) return failed(step, new ConsiliumError('certificate-expired', `It was valid until ${own.toISOString()}.`));
  const found = `This site's certificate is valid for ${ownDays} days, the federation's authority for ${federationDays}.`;
  if (federationDays < warningDays) return warning(step, found, 'Ask the operator of the federation how it goes on: with its authority the federation ends.');
  if (ownDays < warningDays) return warning(step, found, 'It should have been renewed by now: let the agent run (consilium-site serve), and look at its log for why it was not renewed.');
  return ok(step, found);
}
