import type { RosterMember } from './roster.ts';
import { verifyEncoded } from './signature.ts';
import { encodeStatement, type StatementFields } from './statement.ts';

/** A member site's Ed25519 signature over a statement that goes with it. */
export interface MemberSignature {
  readonly site: string;
  readonly signature: Uint8Array;
}

/** The members whose signatures over the statement verify, each once; all other signatures count for nothing. */
export function signersOf(members: readonly RosterMember[], domain: string, fields: StatementFields, signatures: readonly MemberSignature[]): Set<string> {
  const signers = new Set<string>();
  const statement = encodeStatement(domain, fields);
  for (const { site, signature } of signatures) {
    const member = members.find((candidate) => candidate.site === site);
    if (member && verifyEncoded(member.signingKey, statement, signature)) signers.add(site);
  }
  return signers;
}

/** More than half of the roster: two such sets of signers always share a member. */
export function isMajority(signers: number, members: number): boolean {
  return 2 * signers > members;
}
