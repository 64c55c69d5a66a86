import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import { decryptionStep, resultKey } from '../decryptions/decryptor-choice.ts';
import type { Decryption } from '../decryptions/decryption.ts';
import type { CoSignedManifest } from '../manifests/manifest.ts';
import type { Conducting, Step } from '../runs/conducting.ts';
import { standingMembers } from '../runs/standing-members.ts';
import { declineText } from './decline-text.ts';
import type { Round } from './round.ts';
import { moveRound } from './round-transition.ts';

/** Asks contributing sites to decrypt until two of them agree on what the sums are. */
export async function decryptRound({ store, context, clock, startedAtMs, tell }: Conducting, round: Round): Promise<Step> {
  const atMs = clock.nowMs();
  const standing = (await standingMembers(store.read, round.run)).map(({ site }) => site);
  const contributors = openers(await store.read.manifests.list(round.id));
  const decryptions = await store.read.decryptions.list(round.id);
  const patienceMs = context.study.plan.rounds.deadlineSeconds * 1000;
  const gone = contributors.filter((site) => !standing.includes(site));
  const refusals = (await store.read.rounds.declines(round.run)).filter(({ assignment }) => assignment === decryptionId(round));
  const declined = refusals.map(({ site }) => site);
  const silent = decryptions.filter(({ answer, askedAtMs }) => answer === null && atMs - Math.max(askedAtMs, startedAtMs) >= patienceMs).map(({ site }) => site);
  const step = decryptionStep(contributors.filter((site) => standing.includes(site)), decryptions, new Set([...declined, ...gone, ...silent]));
  switch (step.kind) {
    case 'ask':
      await store.transaction(async (tables) => {
        for (const { site, returnSums } of step.sites) await tables.decryptions.ask({ round: round.id, site, returnSums, askedAtMs: atMs });
        await tables.audit.append({ atMs, actor: 'coordinator', action: 'decryptors asked', subject: round.id, detail: { decryptors: step.sites.map(({ site }) => site) } });
        if (differ(decryptions)) {
          const reports = decryptions.filter(({ answer }) => answer).map(({ site, answer }) => ({ site, sumDigests: answer?.sumDigests, version: answer?.version }));
          await tables.audit.append({ atMs, actor: 'coordinator', action: 'decryptors differ', subject: round.id, detail: { reports } });
        }
      });
      if (differ(decryptions)) tell('decryptors-differ', { round: round.number });
      return 'moved';
    case 'agreed':
      await store.transaction((tables) => moveRound(tables, round, 'VERIFIED', { atMs, detail: { decryptors: step.sites, ...step.result } }));
      tell('round-verified', { round: round.number, decryptors: step.sites });
      return 'moved';
    case 'wait':
      return { waitUntilMs: Math.min(...decryptions.filter(({ answer, site }) => !answer && !silent.includes(site)).map(({ askedAtMs }) => Math.max(askedAtMs, startedAtMs) + patienceMs)) };
    case 'failed':
      // A silent site may come back; only answers and refusals can make a round fail.
      if (silent.some((site) => !declined.includes(site) && standing.includes(site))) return { waitUntilMs: atMs + patienceMs };
      return abandon(refusals.map(declineText).join(' '));
  }

  async function abandon(why: string): Promise<never> {
    const reason = `No two sites agree on what the sum is. ${why}`.trimEnd();
    await store.transaction((tables) => moveRound(tables, round, 'ABANDONED', { atMs, change: { reason } }));
    tell('round-abandoned', { round: round.number, reason });
    throw new ConsiliumError('decryption-failed', why);
  }
}

/** Sites that are in every sum of the round and signed every manifest, in the order in which their contributions came. */
function openers(manifests: readonly CoSignedManifest[]): string[] {
  const [first] = manifests;
  const sites = first ? first.manifest.contributions.map(({ site }) => site) : [];
  return sites.filter((site) =>
    manifests.every(({ manifest, signatures }) => manifest.contributions.some((contribution) => contribution.site === site) && signatures.some((signature) => signature.site === site)),
  );
}

/** Names the request to decrypt a round's sums. */
export function decryptionId(round: Round): string {
  return `decrypt ${round.id} attempt ${round.attempt}`;
}

function differ(decryptions: readonly Decryption[]): boolean {
  return new Set(decryptions.flatMap(({ answer }) => (answer ? [resultKey(answer)] : []))).size > 1;
}
