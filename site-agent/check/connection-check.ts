import { X509Certificate } from 'node:crypto';
import type { Clock } from '../../shared/clock.ts';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import { formatAddress } from '../../shared/tls/address.ts';
import { certificateFingerprint } from '../../shared/tls/fingerprint.ts';
import type { SiteFolder } from '../identity/site-folder.ts';
import { Channel } from '../link/channel.ts';
import { connectTcp, resolveHost } from '../link/connection.ts';
import { secured, type Proxy } from '../link/proxy-tunnel.ts';
import { firstHop, openRoute, type Route } from '../link/route.ts';
import { describeCoordinator, requireRightClock } from '../link/coordinator-description.ts';
import { readServerChain, requireTrustedChain } from '../link/server-certificate.ts';
import { failed, notExamined, ok, type Finding } from './finding.ts';

const timeoutMs = 10_000;

const roundTrips = 5;

/** From the first hop to the last; what a step is called says which hop it is. */
export function connectionSteps({ proxy }: Partial<Route>) {
  const hops = proxy ? ([...(['proxy address', 'proxy tcp'] as const), ...(proxy.tls ? (['proxy tls'] as const) : []), 'tunnel'] as const) : (['address', 'tcp'] as const);
  return [...hops, 'tls', 'certificate', 'clock'] as const;
}

type Step = ReturnType<typeof connectionSteps>[number] | 'round trip';

/**
 * The way to the coordinator, hop by hop; each needs the one before.
 *
 * @param measure also measure how long a call takes
 */
export async function checkConnection(site: SiteFolder, clock: Clock, signal: AbortSignal, measure: boolean): Promise<Finding[]> {
  const { address, proxy, authority } = site.identity;
  const at = formatAddress(address);
  const first = firstHop(site.identity);
  const firstAt = formatAddress(first.address);
  const limit = { signal, timeoutMs };
  using channel = new Channel(site.identity, clock);
  let aheadMs = 0;

  const resolves = async () => `${first.address.host} is ${(await resolveHost(first.address, first.unreachable)).join(', ')}.`;
  const accepts = async () => {
    (await connectTcp(first.address, limit, first.unreachable)).destroy();
    return `${firstAt} accepts connections.`;
  };

  const attempts: Record<Step, () => Promise<string>> = {
    address: resolves,
    'proxy address': resolves,
    tcp: accepts,
    'proxy tcp': accepts,

    'proxy tls': async () => {
      const socket = await connectTcp(first.address, limit, first.unreachable);
      try {
        (await secured(socket, proxy as Proxy, limit)).destroy();
      } finally {
        socket.destroy();
      }
      return `The certificate of ${firstAt} is right.`;
    },

    tunnel: async () => {
      (await openRoute(site.identity, limit)).destroy();
      return `The proxy connects to ${at}${proxy?.login === undefined ? '' : ', with the login'}.`;
    },

    tls: async () => {
      const chain = await readServerChain(site.identity, limit);
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

    'round trip': async () => {
      const timesMs: number[] = [];
      while (timesMs.length < roundTrips) {
        const beganMs = performance.now();
        await describeCoordinator(channel, clock, limit);
        timesMs.push(performance.now() - beganMs);
      }
      const [fastest, , median, , slowest] = timesMs.sort((a, b) => a - b).map((timeMs) => `${timeMs.toFixed(1)} ms`);
      return `A call and its answer take ${median} (${roundTrips} calls: ${fastest} to ${slowest}).`;
    },
  };

  const findings: Finding[] = [];
  for (const step of [...connectionSteps(site.identity), ...(measure ? (['round trip'] as const) : [])]) {
    const broken = findings.find(({ result, step: earlier }) => result === 'wrong' && earlier !== 'certificate' && earlier !== 'clock');
    findings.push(broken ? notExamined(step, broken.step) : await attempts[step]().then((message) => ok(step, message), (error: unknown) => failed(step, error)));
  }
  return findings;
}

function refusal({ identity, settings }: SiteFolder, caller: string): ConsiliumError {
  if (caller !== '') return new ConsiliumError('certificate-refused', `It belongs to the site ${caller}, and site.json says ${settings.site}.`);
  const certificate = identity.client && new X509Certificate(identity.client.certificate);
  return new ConsiliumError('certificate-refused', certificate ? `It is valid until ${certificate.validToDate.toISOString()}.` : '');
}
