import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { mock } from 'node:test';
import { Provider, type Configuration, type JWK } from 'oidc-provider';
import { CertificateAuthority } from '../../coordinator/federation/certificate-authority.ts';
import { systemClock } from '../../shared/clock.ts';
import { httpsFetch } from '../../shared/tls/https-fetch.ts';

/** The resource that the provider makes tokens for, and another one that is not the coordinator. */
export const audience = 'https://consilium.example.org/';
export const otherAudience = 'https://payroll.example.org/';

export interface IdentityProvider extends AsyncDisposable {
  readonly issuer: string;
  /** PEM of the authority that its certificate comes from. */
  readonly certificateAuthority: string;
  /** What each subject (a person, or a machine's client) is told to be a member of; others are members of nothing. */
  readonly groups: Map<string, unknown>;
  /** How long access tokens live. */
  lifeSeconds: number;
  /** Signs with another key of this kind from now on, and forgets the old one. */
  rotateKey(kind?: 'RS256' | 'ES256' | 'EdDSA' | 'PS256'): void;
  /** An access token of a machine, by the client credentials grant. */
  tokenFor(machine: string, resource?: string): Promise<string>;
  /** Logs a person in on another device, as a browser would, and lets the command line in. */
  approve(verificationUri: string, userCode: string, person: string): Promise<void>;
  /** Turns the command line down. */
  deny(verificationUri: string, userCode: string): Promise<void>;
}

export const machines = ['nightly', 'stranger'];
export const commandLineClient = 'consilium-cli';

/** A real OpenID provider on loopback, over HTTPS with a certificate made here. */
export async function startIdentityProvider(): Promise<IdentityProvider> {
  // The provider tells the console at each start that its pages and its memory are for development.
  const silenced = [mock.method(console, 'warn', () => undefined), mock.method(console, 'info', () => undefined)];
  const authority = await CertificateAuthority.create('Test organisation', systemClock.nowMs());
  const { chain, privateKey } = await authority.issueServerCertificate(['127.0.0.1'], systemClock.nowMs());
  let handle: ReturnType<Provider['callback']>;
  const server = createServer({ key: privateKey, cert: chain }, (request, response) => void handle(request, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const certificateAuthority = authority.certificate.toString();
  const fetch = httpsFetch({ certificateAuthority, timeoutMs: 10_000 });
  const secret = randomUUID();

  const provider: IdentityProvider = {
    issuer,
    certificateAuthority,
    groups: new Map(),
    lifeSeconds: 600,
    rotateKey(kind = 'RS256') {
      const { privateKey } = kind === 'ES256' ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : kind === 'EdDSA' ? generateKeyPairSync('ed25519') : generateKeyPairSync('rsa', { modulusLength: 2048 });
      const key = { ...privateKey.export({ format: 'jwk' }), kid: randomUUID(), use: 'sig', alg: kind } as JWK;
      handle = new Provider(issuer, configurationOf(provider, key, secret)).callback();
    },
    async tokenFor(machine, resource = audience) {
      const body = new URLSearchParams({ grant_type: 'client_credentials', client_id: machine, client_secret: secret, resource });
      const reply = (await (await fetch(`${issuer}/token`, { method: 'POST', body })).json()) as { access_token?: string };
      if (reply.access_token === undefined) throw new Error(JSON.stringify(reply));
      return reply.access_token;
    },
    async approve(verificationUri, userCode, person) {
      const browser = new Browser(fetch);
      await browser.open(verificationUri);
      await browser.submit({ user_code: userCode });
      await browser.submit({});
      await browser.submit({ login: person, password: 'x' });
      await browser.submit({});
      if (!browser.page.includes('Sign-in Success')) throw new Error(browser.page);
    },
    async deny(verificationUri, userCode) {
      const browser = new Browser(fetch);
      await browser.open(verificationUri);
      await browser.submit({ user_code: userCode });
      await browser.submit({ abort: 'yes' });
    },
    async [Symbol.asyncDispose]() {
      for (const method of silenced) method.mock.restore();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  provider.rotateKey();
  return provider;
}

function configurationOf(provider: IdentityProvider, key: JWK, secret: string): Configuration {
  const { alg } = key;
  return {
    jwks: { keys: [key] },
    clients: [
      ...machines.map((name) => ({ client_id: name, client_secret: secret, grant_types: ['client_credentials'], redirect_uris: [], response_types: [], token_endpoint_auth_method: 'client_secret_post' as const, id_token_signed_response_alg: alg as 'RS256' })),
      {
        client_id: commandLineClient,
        grant_types: ['urn:ietf:params:oauth:grant-type:device_code', 'refresh_token'],
        redirect_uris: [],
        response_types: [],
        token_endpoint_auth_method: 'none',
        application_type: 'native',
        id_token_signed_response_alg: alg as 'RS256',
      },
    ],
    enabledJWA: { idTokenSigningAlgValues: ['RS256', 'ES256', 'EdDSA', 'PS256'] },
    cookies: { keys: [secret] },
    findAccount: (_context, sub) => ({ accountId: sub, claims: () => ({ sub }) }),
    extraTokenClaims: (_context, token) => {
      const subject = 'accountId' in token ? token.accountId : token.clientId;
      const groups = provider.groups.get(String(subject));
      return groups === undefined ? {} : { groups };
    },
    ttl: { AccessToken: () => provider.lifeSeconds, ClientCredentials: () => provider.lifeSeconds },
    features: {
      deviceFlow: { enabled: true },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => audience,
        useGrantedResource: () => true,
        getResourceServerInfo: (_context, resource) => ({
          scope: '', audience: resource, accessTokenFormat: 'jwt', accessTokenTTL: provider.lifeSeconds, jwt: { sign: { alg: alg as 'RS256' } },
        }),
      },
    },
  };
}

/** As much of a browser as a form needs: cookies, redirects, and the fields that the form has already. */
class Browser {
  readonly #fetch: ReturnType<typeof httpsFetch>;
  readonly #cookies = new Map<string, string>();
  #url = '';
  page = '';

  constructor(fetch: ReturnType<typeof httpsFetch>) {
    this.#fetch = fetch;
  }

  async open(url: string, init: RequestInit = {}): Promise<void> {
    this.#url = url;
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const reply = await this.#fetch(url, { ...init, headers: { cookie } });
    for (const line of reply.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '') this.#cookies.delete(name);
      else this.#cookies.set(name, value);
    }
    this.page = await reply.text();
    const location = reply.headers.get('location');
    if (location !== null) await this.open(new URL(location, url).href);
  }

  async submit(fields: Record<string, string>): Promise<void> {
    const [, action = ''] = /<form[^>]*action="([^"]+)"/.exec(this.page) ?? [];
    const hidden = [...this.page.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)"/g)].map(([, name = '', value = '']): [string, string] => [name, value]);
    await this.open(new URL(action, this.#url).href, { method: 'POST', body: new URLSearchParams({ ...Object.fromEntries(hidden), ...fields }) });
  }
}
