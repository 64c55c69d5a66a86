import { customFetch, discovery, initiateDeviceAuthorization, None, pollDeviceAuthorizationGrant, refreshTokenGrant, type Configuration, type TokenEndpointResponse, type TokenEndpointResponseHelpers } from 'openid-client';
import { systemClock } from '../shared/clock.ts';
import { ConsiliumError } from '../shared/errors/consilium-error.ts';
import type { OpenIdConnectLogin } from '../shared/http-api/open-id-connect-login.ts';
import { httpsFetch } from '../shared/tls/https-fetch.ts';
import type { KeptLogin, KeptTokens } from './kept-login.ts';
import { loginError } from './login-error.ts';

const timeoutMs = 15_000;
/** A token is renewed while it still has this long to live, so that it does not expire on its way. */
const renewBeforeMs = 30_000;
/** For issuers that do not say how long a token lives. */
const assumedLifeSeconds = 300;

/** What a person needs to log in, on any device. */
export interface LoginInvitation {
  readonly verificationUri: string;
  /** With the code in it, where the issuer offers that. */
  readonly completeUri: string | undefined;
  readonly userCode: string;
  readonly expiresAt: string;
}

/** A person's login at their organisation: a public client of OpenID Connect with the device authorisation grant (RFC 8628). */
export class OrganisationLogin {
  readonly #login: OpenIdConnectLogin;
  readonly #kept: KeptLogin;
  readonly #signal: AbortSignal;
  #renewal: Promise<string> | undefined;

  constructor(login: OpenIdConnectLogin, kept: KeptLogin, signal: AbortSignal) {
    this.#login = login;
    this.#kept = kept;
    this.#signal = signal;
  }

  /**
   * Waits until the person has logged in, and keeps the tokens.
   *
   * @param invite called once, with what the person needs
   * @throws ConsiliumError `login-failed`, `issuer-unreachable`
   */
  logIn(invite: (invitation: LoginInvitation) => void): Promise<KeptTokens> {
    return this.#translated(async () => {
      const configuration = await this.#configuration();
      // Without the consent there is no offline access (OpenID Connect Core 1.0, section 11).
      const started = await initiateDeviceAuthorization(configuration, { scope: this.#login.scope, prompt: 'consent', ...this.#resource });
      invite({
        verificationUri: started.verification_uri,
        completeUri: started.verification_uri_complete,
        userCode: started.user_code,
        expiresAt: afterNow(started.expires_in),
      });
      return this.#keep(await pollDeviceAuthorizationGrant(configuration, started, this.#resource, { signal: this.#signal }));
    });
  }

  /**
   * An access token that is valid for a while yet, renewed where it has to be.
   * @throws ConsiliumError `login-needed`, `issuer-unreachable`
   */
  async accessToken(): Promise<string> {
    const kept = await this.#read();
    if (isFresh(kept)) return kept.accessToken;
    this.#renewal ??= this.#renew().finally(() => (this.#renewal = undefined));
    return this.#renewal;
  }

  async #renew(): Promise<string> {
    using _lock = this.#kept.lock();
    const kept = await this.#read(); // another command may have renewed it meanwhile
    if (isFresh(kept)) return kept.accessToken;
    const { refreshToken } = kept;
    if (refreshToken === undefined) throw new ConsiliumError('login-needed', 'The last login has expired.');
    return await this.#translated(async () => { // awaited, because the lock is given back when this function ends
      const renewed = await refreshTokenGrant(await this.#configuration(), refreshToken, this.#resource);
      return (await this.#keep(renewed, refreshToken)).accessToken;
    });
  }

  async #read(): Promise<KeptTokens> {
    const kept = await this.#kept.read();
    const { issuer, clientId } = this.#login;
    if (kept?.issuer !== issuer || kept.clientId !== clientId) throw new ConsiliumError('login-needed');
    return kept;
  }

  async #keep(tokens: TokenEndpointResponse & TokenEndpointResponseHelpers, earlierRefreshToken?: string): Promise<KeptTokens> {
    const { issuer, clientId } = this.#login;
    const kept = {
      issuer,
      clientId,
      accessToken: tokens.access_token,
      expiresAt: afterNow(tokens.expiresIn() ?? assumedLifeSeconds),
      refreshToken: tokens.refresh_token ?? earlierRefreshToken,
    };
    await this.#kept.write(kept);
    return kept;
  }

  #configuration(): Promise<Configuration> {
    const { issuer, clientId, certificateAuthority } = this.#login;
    const fetch = httpsFetch({ certificateAuthority, timeoutMs });
    return discovery(new URL(issuer), clientId, undefined, None(), { [customFetch]: (url, options) => fetch(url, options as RequestInit) });
  }

  get #resource(): Record<string, string> {
    const { resource } = this.#login;
    return resource === undefined ? {} : { resource };
  }

  async #translated<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      throw this.#signal.aborted ? this.#signal.reason : loginError(error);
    }
  }
}

function isFresh({ expiresAt }: KeptTokens): boolean {
  return Date.parse(expiresAt) - systemClock.nowMs() > renewBeforeMs;
}

function afterNow(seconds: number): string {
  return new Date(systemClock.nowMs() + seconds * 1000).toISOString();
}
