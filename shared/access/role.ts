import { z } from 'zod';

/** What people and machines may do over the HTTP API. Every role may also do what a viewer may. */
export const roles = {
  viewer: 'see studies, runs, models and sites',
  'data-scientist': 'submit studies, start and stop runs',
  operator: 'invite and remove sites, give and take away access',
  auditor: 'read the audit log, the evidence and who has access',
} as const satisfies Record<string, string>;

export type Role = keyof typeof roles;

export const roleNames = Object.keys(roles) as readonly Role[];

export const roleSchema = z.enum(roleNames);

/** @param allowed any one of these is enough */
export function mayCall(held: readonly Role[], allowed: readonly Role[]): boolean {
  return held.some((role) => allowed.includes(role) || allowed.includes('viewer'));
}
