import { formatAddress } from '../../shared/tls/address.ts';
import type { Proxy } from '../link/proxy-tunnel.ts';
import { ok, warning, type Finding } from './finding.ts';

/**
 * Which proxy the agent uses. Variables such as HTTPS_PROXY are named when they are set, because a person may rely on them:
 * the agent does not read them, since a service does not see what a shell has, and `check` would find another way than `serve`.
 */
export function checkProxy(proxy: Proxy | undefined, environment: NodeJS.ProcessEnv): Finding {
  if (proxy) {
    const login = proxy.login === undefined ? 'without a login' : proxy.tls ? 'with a login' : 'with a login, which anyone on the way to the proxy can read';
    return ok('proxy', `The way goes through the proxy ${proxy.tls ? 'https' : 'http'}://${formatAddress(proxy.address)}, ${login}.`);
  }
  const set = Object.keys(environment).filter((name) => /^(grpc|https?|all)_proxy$/i.test(name) && environment[name] !== '');
  if (set.length === 0) return ok('proxy', 'No proxy is set.');
  return warning('proxy', `${set.join(', ')} is set and not used: site.json names no proxy.`, 'If there is no direct way out, name the proxy in site.json as network.proxy.url; otherwise nothing has to be done.');
}
