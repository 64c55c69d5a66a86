import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { roleSchema, type Role } from '../../shared/access/role.ts';
import type { Clock } from '../../shared/clock.ts';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import { sha256Hex } from '../../shared/statements/digest.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import type { UnitOfWork } from '../unit-of-work.ts';
import { grantNameSchema, type AccessGrant, type AccessGrantStore } from './access-grant.ts';
import type { Caller } from './caller.ts';
import type { Identity, IdentitySource } from './identity.ts';

const dayMs = 86_400_000;
export const grantValidityMs = 90 * dayMs;
const validityMaxMs = 366 * dayMs;
const usePrecisionMs = 60_000;

export interface AccessTables {
  readonly accessGrants: AccessGrantStore;
  readonly audit: AuditLog;
}

export interface NewAccess {
  readonly grant: AccessGrant;
  /** 256 random bits as base64url; it exists nowhere else. */
  readonly token: string;
}

const requestSchema = z.strictObject({
  name: grantNameSchema,
  roles: z.array(roleSchema).min(1),
  validityMs: z.number().positive().max(validityMaxMs, 'is more than 366 days'),
});

/** Who may use the HTTP API by a token of the coordinator's own. Each request is looked up, so that a revocation holds at once. */
export class Access implements IdentitySource {
  readonly #store: UnitOfWork<AccessTables>;
  readonly #clock: Clock;

  constructor(store: UnitOfWork<AccessTables>, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /**
   * Makes a grant. Nobody gives more than they have: whoever steals an operator's token does not become a data scientist.
   *
   * @param validityMs above 0, at most 366 days
   * @throws ConsiliumError `invalid-request`, `role-missing`
   */
  async grant(request: { name: string; roles: readonly Role[]; validityMs?: number }, giver: Caller): Promise<NewAccess> {
    const { name, roles, validityMs } = validRequest({ ...request, validityMs: request.validityMs ?? grantValidityMs });
    const beyond = roles.filter((role) => !giver.roles.includes(role));
    if (beyond.length > 0) throw new ConsiliumError('role-missing', `${giver.name} cannot give a role that they do not have: ${beyond.join(', ')}.`);
    const token = randomBytes(32).toString('base64url');
    const createdAtMs = this.#clock.nowMs();
    const grant: AccessGrant = {
      id: randomBytes(6).toString('hex'), name, roles, tokenHash: sha256Hex(token),
      createdAtMs, expiresAtMs: createdAtMs + validityMs, revokedAtMs: null, lastUsedAtMs: null,
    };
    await this.#store.transaction(async ({ accessGrants, audit }) => {
      await accessGrants.insert(grant);
      await audit.append({ atMs: createdAtMs, actor: giver.name, action: 'access granted', subject: name, detail: { id: grant.id, roles, expiresAtMs: grant.expiresAtMs } });
    });
    return { grant, token };
  }

  list(): Promise<AccessGrant[]> {
    return this.#store.read.accessGrants.list();
  }

  /** Ends a grant. Ending it again changes nothing. @throws ConsiliumError `access-not-found` */
  async revoke(id: string, actor: string): Promise<AccessGrant> {
    return this.#store.transaction(async ({ accessGrants, audit }) => {
      const grant = await accessGrants.find(id);
      if (!grant) throw new ConsiliumError('access-not-found', `It was asked for ${id}.`);
      if (grant.revokedAtMs !== null) return grant;
      const revokedAtMs = this.#clock.nowMs();
      await accessGrants.markRevoked(id, revokedAtMs);
      await audit.append({ atMs: revokedAtMs, actor, action: 'access revoked', subject: grant.name, detail: { id } });
      return { ...grant, revokedAtMs };
    });
  }

  async identify(token: string): Promise<Identity | undefined> {
    const grant = await this.#store.read.accessGrants.findByTokenHash(sha256Hex(token));
    if (!grant) return undefined;
    const { name, roles, expiresAtMs, revokedAtMs } = grant;
    if (revokedAtMs !== null) return { name, roles, refusal: new ConsiliumError('access-revoked', `That was at ${isoOf(revokedAtMs)}.`) };
    const nowMs = this.#clock.nowMs();
    if (nowMs >= expiresAtMs) return { name, roles, refusal: new ConsiliumError('access-expired', `It was valid until ${isoOf(expiresAtMs)}.`) };
    // Nobody is turned away because a note about the last use cannot be written.
    if (nowMs - (grant.lastUsedAtMs ?? 0) >= usePrecisionMs) await this.#noteUse(grant.id, nowMs).catch(() => undefined);
    return { name, roles };
  }

  #noteUse(id: string, atMs: number): Promise<void> {
    return this.#store.transaction(({ accessGrants }) => accessGrants.markUsed(id, atMs));
  }
}

function validRequest(request: object): z.output<typeof requestSchema> {
  const parsed = requestSchema.safeParse(request);
  if (parsed.success) return { ...parsed.data, roles: [...new Set(parsed.data.roles)] };
  const problems = parsed.error.issues.map(({ path, message }) => ({ path: path.join('.'), message }));
  throw new ConsiliumError('invalid-request', '', { problems });
}

function isoOf(timeMs: number): string {
  return new Date(timeMs).toISOString();
}
