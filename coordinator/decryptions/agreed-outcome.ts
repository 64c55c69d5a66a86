import type { Part } from '../../shared/layouts/vector-layout.ts';
import type { MemberSignature } from '../../shared/statements/member-signature.ts';
import type { RoundOutcome } from '../../shared/statements/round-outcome.ts';
import type { CoSignedManifest } from '../manifests/manifest.ts';
import type { Round } from '../rounds/round.ts';
import { agreedDecryptions } from './decryptor-choice.ts';
import type { Decryption, DecryptionResult } from './decryption.ts';

/** What decryptors signed about a round. */
export interface SignedOutcome extends RoundOutcome {
  readonly signatures: readonly MemberSignature[];
}

/** The outcome that two decryptors agree on, or nothing before they do. */
export function agreedOutcome(round: Round, manifests: readonly CoSignedManifest[], decryptions: readonly Decryption[]): SignedOutcome | undefined {
  const agreed = agreedDecryptions(decryptions);
  const [first] = agreed;
  if (!first) return undefined;
  const signatures = agreed.map(({ site, answer }) => ({ site, signature: answer.signature }));
  return { ...outcomeOf(round, manifests, first.answer), signatures };
}

/** The statement that a decryptor with this result signs. */
export function outcomeOf({ id, attempt }: Round, manifests: readonly CoSignedManifest[], { sumDigests, version, parametersHash }: DecryptionResult): RoundOutcome {
  const parts = manifests.map(({ manifest: { part }, digest }) => ({ part, manifest: digest, sumDigest: sumDigests[part as Part] ?? '' }));
  return { round: id, attempt, parts, version, parametersHash };
}
