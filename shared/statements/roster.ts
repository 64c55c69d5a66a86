import type { KeyObject } from 'node:crypto';
import { sha256Hex } from './digest.ts';
import { rawPublicKey, signStatement, verifyStatement } from './signature.ts';
import { encodeStatement, type StatementFields } from './statement.ts';

/** A member site of a study: its name and its Ed25519 signing key (raw, 32 bytes). */
export interface RosterMember {
  readonly site: string;
  readonly signingKey: Uint8Array;
}

/** A version of a study's list of members. */
export interface Roster {
  readonly federation: string;
  readonly study: string;
  readonly planHash: string;
  /** From 1. */
  readonly version: number;
  /** In any order; the hash sorts them by name. */
  readonly members: readonly RosterMember[];
  /** Hash of the version before; empty for the first. */
  readonly previousHash: string;
  /** The study's lead key: Ed25519, raw 32 bytes. */
  readonly leadKey: Uint8Array;
}

export interface SignedRoster extends Roster {
  /** Ed25519 by the lead key over the canonical statement. */
  readonly signature: Uint8Array;
}

const domain = 'consilium/roster/v1';

/** SHA-256, hex: everything of an epoch is bound to it. */
export function rosterHash(roster: Roster): string {
  return sha256Hex(encodeStatement(domain, rosterFields(roster)));
}

/** @param leadKey Ed25519, private: of the data-science team, never of the coordinator */
export function signRoster(roster: Omit<Roster, 'leadKey'>, leadKey: KeyObject): SignedRoster {
  const named = { ...roster, leadKey: rawPublicKey(leadKey) };
  return { ...named, signature: signStatement(leadKey, domain, rosterFields(named)) };
}

/**
 * The version that follows `previous`, or the first where there is none.
 * @param leadKey Ed25519, private
 */
export function signNextRoster(
  previous: SignedRoster | undefined,
  roster: Omit<Roster, 'version' | 'previousHash' | 'leadKey'>,
  leadKey: KeyObject,
): SignedRoster {
  return signRoster({ ...roster, version: (previous?.version ?? 0) + 1, previousHash: previous ? rosterHash(previous) : '' }, leadKey);
}

/** Whether the lead key that the roster names signed it, and no member is named twice. Whose key it is, a person has to say. */
export function isSignedRoster(roster: SignedRoster): boolean {
  const distinct = new Set(roster.members.map(({ site }) => site)).size === roster.members.length;
  return distinct && verifyStatement(roster.leadKey, domain, rosterFields(roster), roster.signature);
}

function rosterFields({ federation, study, planHash, version, members, previousHash, leadKey }: Roster): StatementFields {
  const sorted = [...members].sort((a, b) => (a.site < b.site ? -1 : 1));
  return [
    ['federation', federation],
    ['study', study],
    ['plan-hash', planHash],
    ['version', version],
    ['members', sorted.map(({ site, signingKey }) => [site, signingKey])],
    ['previous-hash', previousHash],
    ['lead-key', leadKey],
  ];
}
