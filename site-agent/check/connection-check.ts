import { X509Certificate } from 'node:crypto';
import type { Clock } from '../../shared/clock.ts';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import { formatAddress } from '../../shared/tls/address.ts';
import { certificateFingerprint } from '../../shared/tls/fingerprint.ts';
import type { SiteFolder } from '../identity/site-folder.ts';
import { Channel } from '../link/channel.ts';
import { connectTcp, resolveHost } from '../link/connection.ts';
import { describeCoordinator, requireRightClock } from '../link/coordinator-description.ts';
import { readServerChain, requireTrustedChain } from '../link/server-certificate.ts';
import { failed, notExamined, ok, type Finding } from './finding.ts';

const timeoutMs = 10_000;

export const connectionSteps = ['address', 'tcp', 'tls', 'certificate', 'clock'] as const;

/** The way to the coordinator, step by step; each needs the one before. */
export async function checkConnection(site: SiteFolder, clock: Clock, signal: AbortSignal): Promise<Finding[]> {
  const { address, authority } = site.identity;
  const at = formatAddress(address);
  const limit = { signal, timeoutMs };
  using channel = new Channel(site.identity, clock);
  let aheadMs = 0;

  const attempts: Record<(typeof connectionSteps)[number], () => Promise<string>> = {
    address: async () => `${address.host} is ${(await resolveHost(address, 'coordinator-unreachable')).join(', ')}.`,

    tcp: async () => {
      (await connectTcp(address, limit, 'coordinator-unreachable')).destroy();
      return `${at} accepts connections.`;
    },

    tls: async () => {
      const chain = await readServerChain({ address }, limit);
      const fingerprint = certificateFingerprint(new X509Certificate(authority).raw);
      requireTrustedChain(chain, { address, fingerprint, nowMs: clock.nowMs() }, 'coordinator-certificate-refused');
      return `The coordinator at ${at} is the federation's.`;
    },

    certificate: async () => {
      const described = await describeCoordinator(channel, clock, limit);
      aheadMs = described.aheadMs;
      if (described.caller !== site.settings.site) throw refusal(site, described.caller);
      return `The coordinator recognises this site as ${described.caller}.`;
    },

    clock: async () => {
      requireRightClock(aheadMs, clock.nowMs());
      return `The clocks differ by ${(Math.abs(aheadMs) / 1000).toFixed(1)} seconds.`;
    },
  };

  const findings: Finding[] = [];
  for (const step of connectionSteps) {
    const broken = findings.find(({ result, step: earlier }) => result === 'wrong' && earlier !== 'certificate');
    findings.push(broken ? notExamined(step, broken.step) : await attempts[step]().then((message) => ok(step, message), (error: unknown) => failed(step, error)));
  }
  return findings;
}

function refusal({ identity, settings }: SiteFolder, caller: string): ConsiliumError {
  if (caller !== '') return new ConsiliumError('certificate-refused', `It belongs to the site ${caller}, and site.json says ${settings.site}.`);
  const certificate = identity.client && new X509Certificate(identity.client.certificate);
  return new ConsiliumError('certificate-refused', certificate ? `It is valid until ${certificate.validToDate.toISOString()}.` : '');
}
