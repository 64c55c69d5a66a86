import type { KeyObject } from 'node:crypto';
import type { AuditHead } from './audit-event.ts';
import { rawPublicKey, signStatement, verifyStatement } from './signature.ts';
import type { StatementFields } from './statement.ts';

/** A head that the coordinator signed: whoever keeps it can tell later whether the log of now still begins with the log of then. */
export interface SignedAuditHead extends AuditHead {
  /** The federation's id. */
  readonly federation: string;
  readonly signedAtMs: number;
  /** The coordinator's Ed25519 key, raw 32 bytes. */
  readonly signingKey: Uint8Array;
  readonly signature: Uint8Array;
}

const headDomain = 'consilium/audit-head/v1';

/** @param signingKey Ed25519, private: the coordinator's */
export function signAuditHead(head: AuditHead, federation: string, signedAtMs: number, signingKey: KeyObject): SignedAuditHead {
  const { sequence, hash } = head;
  const named = { federation, sequence, hash, signedAtMs };
  return { ...named, signingKey: rawPublicKey(signingKey), signature: signStatement(signingKey, headDomain, headFields(named)) };
}

/** Whether the key that the head names signed it. Whose key it is, the reader has to know. */
export function isSignedAuditHead(head: SignedAuditHead): boolean {
  return verifyStatement(head.signingKey, headDomain, headFields(head), head.signature);
}

function headFields({ federation, sequence, hash, signedAtMs }: Omit<SignedAuditHead, 'signingKey' | 'signature'>): StatementFields {
  return [
    ['federation', federation],
    ['sequence', sequence],
    ['hash', hash],
    ['signed-at-ms', signedAtMs],
  ];
}
