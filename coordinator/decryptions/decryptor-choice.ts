import type { Decryption, DecryptionResult } from './decryption.ts';

/** What to do next about a round that is being decrypted. */
export type DecryptionStep =
  | { readonly kind: 'ask'; readonly sites: readonly { readonly site: string; readonly returnSums: boolean }[] }
  | { readonly kind: 'wait' }
  | { readonly kind: 'agreed'; readonly result: DecryptionResult; readonly sites: readonly string[] }
  | { readonly kind: 'failed' };

/**
 * Two contributing sites have to report the same result, and at least one of these has to return the sums. A site that is
 * silent for too long, or reports something else than another one, brings in a further site.
 *
 * @param contributors sites whose contributions are in the sum, in the order in which they should be asked
 * @param unavailable sites that were asked and refused or were silent for too long
 */
export function decryptionStep(contributors: readonly string[], decryptions: readonly Decryption[], unavailable: ReadonlySet<string>): DecryptionStep {
  const groups = answersByResult(decryptions);
  const agreeing = groups.find((group) => group.length >= 2);
  const waiting = decryptions.filter(({ answer, site }) => answer === null && !unavailable.has(site));
  if (agreeing?.some(({ returnSums }) => returnSums)) {
    const { sumDigests, version, parametersHash } = (agreeing[0] as Answered).answer;
    return { kind: 'agreed', result: { sumDigests, version, parametersHash }, sites: agreeing.map(({ site }) => site) };
  }
  const largestGroup = Math.max(0, ...groups.map((group) => group.length));
  const missing = agreeing ? 1 : 2 - largestGroup;
  if (waiting.length >= missing) return { kind: 'wait' };
  const unasked = contributors.filter((site) => !decryptions.some((decryption) => decryption.site === site));
  if (unasked.length === 0) return waiting.length > 0 ? { kind: 'wait' } : { kind: 'failed' };
  const sumsUnderway = !agreeing && waiting.some(({ returnSums }) => returnSums);
  const sites = unasked.slice(0, missing - waiting.length).map((site, index) => ({
    site,
    // The first one brings the sums; everyone who is asked later brings them as well, since then something went wrong.
    returnSums: (index === 0 && !sumsUnderway) || decryptions.length >= 2,
  }));
  return { kind: 'ask', sites };
}

export type Answered = Decryption & { readonly answer: NonNullable<Decryption['answer']> };

/** The answers of two or more decryptors that report the same; none before there are two. */
export function agreedDecryptions(decryptions: readonly Decryption[]): readonly Answered[] {
  return answersByResult(decryptions).find((group) => group.length >= 2) ?? [];
}

function answersByResult(decryptions: readonly Decryption[]): Answered[][] {
  const answered = decryptions.filter((decryption): decryption is Answered => decryption.answer !== null);
  return [...Map.groupBy(answered, ({ answer }) => resultKey(answer)).values()];
}

export function resultKey({ sumDigests, version, parametersHash }: DecryptionResult): string {
  return [sumDigests.update ?? '', sumDigests.statistics ?? '', version, parametersHash].join('/');
}
