import type { Clock } from '../../shared/clock.ts';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import { laneCount, type Part, type VectorLayout } from '../../shared/layouts/vector-layout.ts';
import { decryptionDomain, decryptionFields } from '../../shared/statements/run-statements.ts';
import { verifyStatement } from '../../shared/statements/signature.ts';
import { partsOf } from '../../shared/studies/round-purpose.ts';
import type { Payloads } from '../payloads.ts';
import type { Round } from '../rounds/round.ts';
import { identityOf, membershipOf, type Membership } from '../runs/membership.ts';
import type { RunContexts } from '../runs/run-context.ts';
import type { RunTables } from '../runs/run-tables.ts';
import type { UnitOfWork } from '../unit-of-work.ts';
import type { Decryption, DecryptionResult } from './decryption.ts';

export interface DecryptionReport extends DecryptionResult {
  readonly round: string;
  readonly attempt: number;
  readonly signature: Uint8Array;
}

/** Hands sums to the sites that were asked to open them, and takes their signed answers. */
export class Decryptions {
  readonly #store: UnitOfWork<RunTables>;
  readonly #payloads: Payloads;
  readonly #contexts: RunContexts;
  readonly #federation: string;
  readonly #clock: Clock;

  constructor(parts: { store: UnitOfWork<RunTables>; payloads: Payloads; contexts: RunContexts; federation: string; clock: Clock }) {
    this.#store = parts.store;
    this.#payloads = parts.payloads;
    this.#contexts = parts.contexts;
    this.#federation = parts.federation;
    this.#clock = parts.clock;
  }

  /** The summed ciphertexts of a part, for a site that was asked. @throws decryption-not-asked, not-found */
  async *sum(site: string, roundId: string, part: Part): AsyncGenerator<Uint8Array> {
    await this.#asked(site, roundId);
    const aggregate = (await this.#store.read.decryptions.aggregates(roundId)).find((sum) => sum.part === part);
    if (!aggregate) throw new ConsiliumError('not-found', `The round has no sum of the ${part} part.`);
    yield* this.#payloads.read(aggregate.digest);
  }

  /**
   * Records a decryptor's answer. A repetition changes nothing.
   *
   * @param laneSums the sums, one part after the other in the order of the report; empty when the site was not asked for them
   * @throws decryption-not-asked, signature-invalid, digest-mismatch
   */
  async report(site: string, report: DecryptionReport, laneSums: (part: Part) => AsyncIterable<Uint8Array>): Promise<void> {
    const { decryption, round, membership } = await this.#asked(site, report.round);
    if (decryption.answer) return;
    if (report.attempt !== round.attempt) throw new ConsiliumError('decryption-not-asked', 'It is for another attempt.');
    await this.#assertSigned(site, report, round, membership);
    if (decryption.returnSums) {
      const layouts = (await this.#contexts.of(membership.run.study)).layouts(membership.run, round.purpose);
      for (const part of partsOf(round.purpose)) {
        const digest = report.sumDigests[part] ?? '';
        await this.#payloads.save(laneSums(part), { digest, bytes: 4 * laneCount(layouts.get(part) as VectorLayout) });
      }
    }
    const { sumDigests, weightsDigest, optimiserStateDigest, signature } = report;
    await this.#store.transaction(async ({ decryptions, audit }) => {
      await decryptions.answer(round.id, site, { sumDigests, weightsDigest, optimiserStateDigest, signature });
      await audit.append({ atMs: this.#clock.nowMs(), actor: `site ${site}`, action: 'sum decrypted', subject: round.id, detail: { sumDigests, weightsDigest, optimiserStateDigest } });
    });
  }

  async #asked(site: string, roundId: string): Promise<{ decryption: Decryption; round: Round; membership: Membership }> {
    const round = await this.#store.read.rounds.find(roundId);
    const decryption = (await this.#store.read.decryptions.list(roundId)).find((asked) => asked.site === site);
    if (!round || !decryption) throw new ConsiliumError('decryption-not-asked', `The round is ${roundId}.`);
    return { decryption, round, membership: await membershipOf(this.#store.read, round.run, site) };
  }

  async #assertSigned(site: string, report: DecryptionReport, round: Round, membership: Membership): Promise<void> {
    const aggregates = await this.#store.read.decryptions.aggregates(round.id);
    const parts = partsOf(round.purpose).map((part) => ({
      part,
      aggregateDigest: aggregates.find((sum) => sum.part === part)?.digest ?? '',
      sumDigest: report.sumDigests[part] ?? '',
    }));
    const identity = identityOf(this.#federation, await this.#contexts.of(membership.run.study), membership);
    const fields = decryptionFields(identity, { ...report, round: round.id, baseVersion: round.baseVersion, parts });
    if (!verifyStatement(membership.member.signingKey, decryptionDomain, fields, report.signature)) {
      throw new ConsiliumError('signature-invalid', `It is ${site}'s over the decrypted sums of ${round.id}.`);
    }
  }
}
