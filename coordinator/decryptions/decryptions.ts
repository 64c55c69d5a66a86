import type { Clock } from '../../shared/clock.ts';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import { laneCount, type Part, type VectorLayout } from '../../shared/layouts/vector-layout.ts';
import type { LedgerHead, LedgerReceipt } from '../../shared/statements/ledger-receipt.ts';
import { roundOutcomeDomain, roundOutcomeFields } from '../../shared/statements/round-outcome.ts';
import { verifyStatement } from '../../shared/statements/signature.ts';
import type { Ledgers } from '../ledgers/ledgers.ts';
import type { Payloads } from '../payloads.ts';
import type { Round } from '../rounds/round.ts';
import { identityOf, membershipOf, type Membership } from '../runs/membership.ts';
import type { RunContexts } from '../runs/run-context.ts';
import type { RunTables } from '../runs/run-tables.ts';
import type { UnitOfWork } from '../unit-of-work.ts';
import { outcomeOf } from './agreed-outcome.ts';
import type { Decryption, DecryptionResult } from './decryption.ts';

export interface DecryptionReport extends DecryptionResult {
  readonly round: string;
  readonly attempt: number;
  readonly signature: Uint8Array;
  /** With the line that the site wrote before it sent this. */
  readonly ledgerHead: LedgerHead;
}

/** Hands sums to the sites that were asked to open them, and takes their signed answers. */
export class Decryptions {
  readonly #store: UnitOfWork<RunTables>;
  readonly #payloads: Payloads;
  readonly #contexts: RunContexts;
  readonly #ledgers: Ledgers;
  readonly #federation: string;
  readonly #clock: Clock;

  constructor(parts: { store: UnitOfWork<RunTables>; payloads: Payloads; contexts: RunContexts; ledgers: Ledgers; federation: string; clock: Clock }) {
    this.#store = parts.store;
    this.#payloads = parts.payloads;
    this.#contexts = parts.contexts;
    this.#ledgers = parts.ledgers;
    this.#federation = parts.federation;
    this.#clock = parts.clock;
  }

  /** The summed ciphertexts of a part, for a site that was asked. @throws decryption-not-asked, not-found */
  async *sum(site: string, roundId: string, part: Part): AsyncGenerator<Uint8Array> {
    await this.#asked(site, roundId);
    const summed = (await this.#store.read.manifests.list(roundId)).find(({ manifest }) => manifest.part === part);
    if (!summed) throw new ConsiliumError('not-found', `The round has no sum of the ${part} part.`);
    yield* this.#payloads.read(summed.manifest.aggregateDigest);
  }

  /**
   * Records a decryptor's answer. A repetition changes nothing but the head of the site's ledger.
   *
   * @param laneSums the sums, one part after the other in the order of the report; empty when the site was not asked for them
   * @returns the receipt for the site's ledger
   * @throws ledger-not-growing, ledger-forked, decryption-not-asked, signature-invalid, digest-mismatch
   */
  async report(site: string, report: DecryptionReport, laneSums: (part: Part) => AsyncIterable<Uint8Array>): Promise<LedgerReceipt> {
    await this.#ledgers.admit(site, report.ledgerHead);
    const { decryption, round, membership } = await this.#asked(site, report.round);
    if (decryption.answer) return this.#store.transaction((tables) => this.#ledgers.countersign(tables, site, report.ledgerHead));
    if (report.attempt !== round.attempt) throw new ConsiliumError('decryption-not-asked', 'It is for another attempt.');
    await this.#assertSigned(site, report, round, membership);
    if (decryption.returnSums) {
      const layouts = (await this.#contexts.of(membership.run.study)).layouts(membership.run, round.purpose);
      for (const { manifest: { part } } of await this.#store.read.manifests.list(round.id)) {
        const digest = report.sumDigests[part] ?? '';
        await this.#payloads.save(laneSums(part), { digest, bytes: 4 * laneCount(layouts.get(part) as VectorLayout) });
      }
    }
    const { sumDigests, version, parametersHash, signature, ledgerHead } = report;
    return this.#store.transaction(async (tables) => {
      const { decryptions, audit } = tables;
      const already = (await decryptions.list(round.id)).some((asked) => asked.site === site && asked.answer); // while this one was under way
      if (already) return this.#ledgers.countersign(tables, site, ledgerHead);
      await decryptions.answer(round.id, site, { sumDigests, version, parametersHash, signature });
      await audit.append({ atMs: this.#clock.nowMs(), actor: `site ${site}`, action: 'sum decrypted', subject: round.id, detail: { sumDigests, version, parametersHash, ledger: ledgerHead } });
      return this.#ledgers.acknowledge(tables, { round: round.id, site, what: 'opened-sum' }, ledgerHead);
    });
  }

  async #asked(site: string, roundId: string): Promise<{ decryption: Decryption; round: Round; membership: Membership }> {
    const round = await this.#store.read.rounds.find(roundId);
    const decryption = (await this.#store.read.decryptions.list(roundId)).find((asked) => asked.site === site);
    if (!round || !decryption) throw new ConsiliumError('decryption-not-asked', `The round is ${roundId}.`);
    return { decryption, round, membership: await membershipOf(this.#store.read, round.run, site) };
  }

  async #assertSigned(site: string, report: DecryptionReport, round: Round, membership: Membership): Promise<void> {
    const identity = identityOf(this.#federation, await this.#contexts.of(membership.run.study), membership);
    const fields = roundOutcomeFields(identity, outcomeOf(round, await this.#store.read.manifests.list(round.id), report));
    if (!verifyStatement(membership.member.signingKey, roundOutcomeDomain, fields, report.signature)) {
      throw new ConsiliumError('signature-invalid', `It is ${site}'s over the decrypted sums of ${round.id}.`);
    }
  }
}
