import type { Clock } from '../../shared/clock.ts';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import type { Part } from '../../shared/layouts/vector-layout.ts';
import { manifestDomain, manifestFields } from '../../shared/statements/manifest.ts';
import { verifyStatement } from '../../shared/statements/signature.ts';
import { identityOf, membershipOf } from '../runs/membership.ts';
import type { RunContexts } from '../runs/run-context.ts';
import type { RunTables } from '../runs/run-tables.ts';
import type { UnitOfWork } from '../unit-of-work.ts';

export interface CoSignatures {
  readonly round: string;
  readonly attempt: number;
  readonly signatures: readonly { readonly part: Part; readonly signature: Uint8Array }[];
}

/** Takes members' signatures over the manifests of rounds. They are checked, so that a damaged message is found here. */
export class Manifests {
  readonly #store: UnitOfWork<RunTables>;
  readonly #contexts: RunContexts;
  readonly #federation: string;
  readonly #clock: Clock;

  constructor(parts: { store: UnitOfWork<RunTables>; contexts: RunContexts; federation: string; clock: Clock }) {
    this.#store = parts.store;
    this.#contexts = parts.contexts;
    this.#federation = parts.federation;
    this.#clock = parts.clock;
  }

  /**
   * Keeps a member's signatures, one over each manifest of the round. A repetition changes nothing.
   * @returns the round's run
   * @throws not-found, not-a-member, run-ended, signature-invalid also when a part is not signed
   */
  async coSign(site: string, { round: roundId, attempt, signatures }: CoSignatures): Promise<string> {
    const round = await this.#store.read.rounds.find(roundId);
    if (round?.attempt !== attempt) throw new ConsiliumError('not-found', `There is no round ${roundId} with attempt ${attempt}.`);
    const membership = await membershipOf(this.#store.read, round.run, site);
    const identity = identityOf(this.#federation, await this.#contexts.of(membership.run.study), membership);
    const manifests = await this.#store.read.manifests.list(roundId);
    // Before there are manifests nothing could be checked, and what is not checked is not kept.
    if (manifests.length === 0) throw new ConsiliumError('not-found', `${roundId} has nothing to sign yet.`);
    if (manifests.every((coSigned) => coSigned.signatures.some((known) => known.site === site))) return round.run;
    const signatureOf = (part: Part) => signatures.find((named) => named.part === part)?.signature ?? new Uint8Array(0);
    for (const { manifest } of manifests) {
      const signature = signatureOf(manifest.part);
      if (!verifyStatement(membership.member.signingKey, manifestDomain, manifestFields(identity, manifest), signature)) {
        throw new ConsiliumError('signature-invalid', `It is ${site}'s over the manifest of the ${manifest.part} part of ${roundId}.`);
      }
    }
    await this.#store.transaction(async (tables) => {
      for (const { manifest: { part } } of manifests) await tables.manifests.sign(roundId, part, { site, signature: signatureOf(part) });
      const detail = { manifests: manifests.map(({ manifest, digest }) => ({ part: manifest.part, digest })) };
      await tables.audit.append({ atMs: this.#clock.nowMs(), actor: `site ${site}`, action: 'manifest co-signed', subject: roundId, detail });
    });
    return round.run;
  }
}
