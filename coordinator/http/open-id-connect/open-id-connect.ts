import { errors, jwtVerify, type JWTPayload } from 'jose';
import type { Role } from '../../../shared/access/role.ts';
import type { Clock } from '../../../shared/clock.ts';
import { ConsiliumError } from '../../../shared/errors/consilium-error.ts';
import type { Identity, IdentitySource } from '../../access/identity.ts';
import { IssuerKeys } from './issuer-keys.ts';
import type { OpenIdConnectSettings } from './open-id-connect-settings.ts';

const compactJws = /^[\w-]+\.[\w-]+\.[\w-]+$/;
/** Neither keys that are shared (HS256) nor `none`. */
const algorithms = ['RS256', 'ES256', 'EdDSA'];
const clockToleranceSeconds = 60;
/** No blanks, so that no name in the audit log looks like another actor's. */
const nameForm = /^[^\s\p{C}]{1,128}$/u;

/** Who calls, by an access token that the organisation's own login signed (RFC 9068, as far as providers keep it). */
export class OpenIdConnect implements IdentitySource {
  readonly #settings: OpenIdConnectSettings;
  readonly #clock: Clock;
  readonly #keys: IssuerKeys;

  /** @param lookAgainMs how often at most the issuer's keys are fetched for a key name that nobody knows */
  constructor(settings: OpenIdConnectSettings, clock: Clock, options: { lookAgainMs?: number } = {}) {
    this.#settings = settings;
    this.#clock = clock;
    this.#keys = new IssuerKeys(settings.issuer, clock, { certificateAuthority: settings.certificateAuthority, ...options });
  }

  /** @throws ConsiliumError `issuer-unreachable` */
  async identify(token: string): Promise<Identity | undefined> {
    if (!compactJws.test(token)) return undefined;
    const { issuer, audience } = this.#settings;
    const currentDate = new Date(this.#clock.nowMs());
    try {
      const { payload } = await jwtVerify(token, await this.#keys.find(), { issuer, audience, algorithms, currentDate, clockTolerance: clockToleranceSeconds, requiredClaims: ['exp'] });
      return this.#identityOf(payload);
    } catch (error) {
      // These two come after the signature was verified: the issuer did make the token.
      if (error instanceof errors.JWTExpired) return { ...this.#identityOf(error.payload), refusal: new ConsiliumError('access-expired') };
      if (error instanceof errors.JWTClaimValidationFailed) {
        return { ...this.#identityOf(error.payload), refusal: new ConsiliumError('token-refused', `Its claim "${error.claim}" is not what is expected here.`) };
      }
      if (error instanceof errors.JOSEError) return undefined;
      throw error;
    }
  }

  #identityOf(payload: JWTPayload): Identity {
    const { issuer, nameClaim, rolesClaim } = this.#settings;
    const subject = payload[nameClaim];
    if (typeof subject !== 'string' || !nameForm.test(subject)) {
      return { name: `somebody of ${new URL(issuer).host}`, roles: [], refusal: new ConsiliumError('token-refused', `Its claim "${nameClaim}" is not a name without blanks.`) };
    }
    const name = `${subject} of ${new URL(issuer).host}`;
    const roles = this.#rolesOf(payload);
    if (roles.length > 0) return { name, roles };
    return { name, roles, refusal: new ConsiliumError('role-missing', `${name} has no role: nothing in the claim "${rolesClaim.join('.')}" is mapped to one.`) };
  }

  #rolesOf(payload: JWTPayload): Role[] {
    const claim = this.#settings.rolesClaim.reduce<unknown>(propertyOf, payload);
    const values = Array.isArray(claim) ? (claim as unknown[]) : [claim];
    const mapping = new Map(Object.entries(this.#settings.roles));
    return [...new Set(values.flatMap((value) => mapping.get(value as string) ?? []))];
  }
}

function propertyOf(object: unknown, name: string): unknown {
  return typeof object === 'object' && object !== null && Object.hasOwn(object, name) ? (object as Record<string, unknown>)[name] : undefined;
}
