import { createRemoteJWKSet, customFetch, type JWTVerifyGetKey } from 'jose';
import { z } from 'zod';
import type { Clock } from '../../../shared/clock.ts';
import { ConsiliumError } from '../../../shared/errors/consilium-error.ts';
import { httpsFetch, type HttpsFetch } from '../../../shared/tls/https-fetch.ts';

const timeoutMs = 5_000;
/** Tokens with made-up key names cause a look at the issuer at most this often. */
const lookAgainMs = 30_000;

/** An issuer that does not answer is asked again only after a while, however many tokens come. */
const patienceMs = 5_000;

const configurationSchema = z.looseObject({ issuer: z.string(), jwks_uri: z.url({ protocol: /^https$/ }) });

/**
 * The keys with which an issuer signs, found by OpenID Connect Discovery 1.0 when they are first needed and fetched
 * again when a token names one that is not among them.
 */
export class IssuerKeys {
  readonly #issuer: string;
  readonly #clock: Clock;
  readonly #fetch: HttpsFetch;
  readonly #lookAgainMs: number;
  #keys: Promise<JWTVerifyGetKey> | undefined;
  #failure: { readonly error: unknown; readonly atMs: number } | undefined;

  constructor(issuer: string, clock: Clock, options: { certificateAuthority?: string; lookAgainMs?: number }) {
    this.#issuer = issuer;
    this.#clock = clock;
    this.#fetch = httpsFetch({ ...options, timeoutMs });
    this.#lookAgainMs = options.lookAgainMs ?? lookAgainMs;
  }

  /** @throws ConsiliumError `issuer-unreachable`; a later call tries again */
  find(): Promise<JWTVerifyGetKey> {
    this.#keys ??= this.#discover().catch((error: unknown) => {
      this.#keys = undefined;
      throw error;
    });
    return this.#keys;
  }

  async #discover(): Promise<JWTVerifyGetKey> {
    const reply = await this.#ask(`${this.#issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, {});
    const parsed = configurationSchema.safeParse(await reply.json().catch(() => undefined));
    if (!parsed.success) throw new ConsiliumError('issuer-unreachable', `What answers at ${this.#issuer} is not an OpenID provider.`);
    const { issuer, jwks_uri: address } = parsed.data;
    if (issuer !== this.#issuer) throw new ConsiliumError('issuer-unreachable', `It goes by another name than ${this.#issuer}.`);
    return createRemoteJWKSet(new URL(address), { [customFetch]: this.#ask, timeoutDuration: 2 * timeoutMs, cooldownDuration: this.#lookAgainMs });
  }

  readonly #ask: HttpsFetch = async (url, init) => {
    const { error, atMs = -Infinity } = this.#failure ?? {};
    if (this.#clock.nowMs() - atMs < patienceMs) throw error;
    try {
      const reply = await this.#fetch(url, init);
      if (!reply.ok) throw new ConsiliumError('issuer-unreachable', `${url} answers with status ${reply.status}.`);
      return reply;
    } catch (error) {
      this.#failure = { error, atMs: this.#clock.nowMs() };
      throw error;
    }
  };
}
