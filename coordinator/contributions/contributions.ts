import { seededCiphertextBytes, parameterSet } from '../../shared/ciphertexts/parameter-set.ts';
import { tagFromBytes } from '../../shared/ciphertexts/tag-bytes.ts';
import { isoTime, type Clock } from '../../shared/clock.ts';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import { ciphertextCount } from '../../shared/layouts/lane-packing.ts';
import { laneShape, layoutFingerprint, type Part } from '../../shared/layouts/vector-layout.ts';
import { isSha256Hex } from '../../shared/statements/digest.ts';
import type { LedgerHead, LedgerReceipt } from '../../shared/statements/ledger-receipt.ts';
import type { RunningSums, SumOf } from '../aggregation/running-sums.ts';
import type { Ledgers } from '../ledgers/ledgers.ts';
import type { Payloads } from '../payloads.ts';
import { membershipOf, type Membership } from '../runs/membership.ts';
import type { RunContexts } from '../runs/run-context.ts';
import type { RunEvents } from '../runs/run-events.ts';
import type { RunTables } from '../runs/run-tables.ts';
import type { Round } from '../rounds/round.ts';
import type { SiteProgresses } from '../rounds/site-progress.ts';
import { roundNumberOf } from '../../shared/studies/round-number.ts';
import { takesContributions } from '../rounds/round-states.ts';
import { moveRound } from '../rounds/round-transition.ts';
import type { UnitOfWork } from '../unit-of-work.ts';
import type { Contribution } from './contribution.ts';
import type { SpoolOwner, Spools } from './spools.ts';
import { unless, UploadsUnderWay } from './uploads-under-way.ts';

/** What a site announces before the bytes of one part. */
export interface ContributionHeader {
  readonly run: string;
  readonly round: string;
  readonly attempt: number;
  readonly part: Part;
  readonly epoch: number;
  readonly layoutFingerprint: string;
  readonly parameterSet: string;
  /** 16 random bytes. */
  readonly nonce: Uint8Array;
  readonly totalBytes: number;
  /** SHA-256, hex. */
  readonly digest: string;
  /** 8 bytes. */
  readonly tag: Uint8Array;
  /** Where the bytes that follow begin: 0, or as many as the coordinator said that it holds. */
  readonly fromByte: number;
  /** With the line that the site wrote before it sent this. */
  readonly ledgerHead: LedgerHead;
}

/** Names a contribution of the site that asks. */
export type ContributionReference = Pick<ContributionHeader, 'run' | 'round' | 'part' | 'digest'>;

/** Takes contributions in: everything about one is checked before it counts, and it is on disk before it is acknowledged. */
export class Contributions {
  readonly #store: UnitOfWork<RunTables>;
  readonly #payloads: Payloads;
  readonly #spools: Spools;
  readonly #sums: RunningSums;
  readonly #uploads = new UploadsUnderWay();
  readonly #contexts: RunContexts;
  readonly #ledgers: Ledgers;
  readonly #events: RunEvents;
  readonly #clock: Clock;
  readonly #progress: Pick<SiteProgresses, 'uploaded'>;

  constructor(parts: { store: UnitOfWork<RunTables>; payloads: Payloads; spools: Spools; sums: RunningSums; contexts: RunContexts; ledgers: Ledgers; events: RunEvents; progress: Pick<SiteProgresses, 'uploaded'>; clock: Clock }) {
    this.#store = parts.store;
    this.#payloads = parts.payloads;
    this.#spools = parts.spools;
    this.#sums = parts.sums;
    this.#contexts = parts.contexts;
    this.#ledgers = parts.ledgers;
    this.#events = parts.events;
    this.#clock = parts.clock;
    this.#progress = parts.progress;
  }

  /** How many bytes of a contribution the coordinator holds, so that a site goes on from there. @throws not-a-member, not-found */
  async held(site: string, { run, round, part, digest }: ContributionReference): Promise<number> {
    if (!isSha256Hex(digest)) throw new ConsiliumError('invalid-request', 'A digest is SHA-256 in hex.');
    const { round: { id } } = await this.#roundOf(site, run, round);
    return this.#spools.held({ round: id, part, site }, digest);
  }

  /**
   * Spools a part, adds it to the running sum while it comes in, and records it. The same bytes again are acknowledged again. An
   * upload that breaks off is kept; one that begins while an earlier one of the site still seems to be under way takes its place.
   *
   * @returns the receipt for the site's ledger
   * @throws ledger-not-growing, ledger-forked, not-a-member, not-found, round-not-collecting, contribution-conflict, epoch-mismatch, parameter-set-mismatch,
   *   layout-mismatch, tag-malformed, ciphertext-count, contribution-too-large, digest-mismatch, upload-not-continuing, and all errors of loadCiphertext
   */
  async receive(site: string, header: ContributionHeader, chunks: AsyncIterable<Uint8Array>): Promise<LedgerReceipt> {
    await this.#ledgers.admit(site, header.ledgerHead);
    const known = await this.#find(site, header);
    if (known?.digest === header.digest) return this.#store.transaction((tables) => this.#ledgers.countersign(tables, site, header.ledgerHead));
    if (known) throw new ConsiliumError('contribution-conflict');
    const receipt = await this.#takenIn(site, header, chunks).catch(async (error: unknown) => {
      if (error instanceof ConsiliumError && error.code === 'round-not-collecting') await this.#noteLate(site, header);
      throw error;
    });
    this.#events.publish({ run: header.run, at: isoTime(this.#clock), event: 'contribution-accepted', round: roundNumberOf(header.round), site, part: header.part, bytes: header.totalBytes });
    return receipt;
  }

  async #takenIn(site: string, header: ContributionHeader, chunks: AsyncIterable<Uint8Array>): Promise<LedgerReceipt> {
    const sum = await this.#check(site, header);
    return this.#uploads.take(`${header.round}/${header.part}/${site}`, (replaced) => this.#takeIn(site, header, sum, this.#counted(site, header, unless(replaced, chunks))));
  }

  async *#counted(site: string, header: ContributionHeader, chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    const { part, totalBytes, fromByte } = header;
    let bytes = fromByte;
    for await (const chunk of chunks) {
      bytes += chunk.length;
      this.#progress.uploaded(site, header, { part, bytes, totalBytes });
      yield chunk;
    }
  }

  /** Nothing of it is kept but that it came. */
  async #noteLate(site: string, { run, round }: ContributionHeader): Promise<void> {
    const state = (await this.#store.read.rounds.find(round))?.state;
    if (!state || takesContributions(state)) return; // it was for another attempt
    const atMs = this.#clock.nowMs();
    await this.#store.transaction(({ contributions }) => contributions.noteLate({ round, site, atMs }));
    this.#events.publish({ run, at: isoTime(this.#clock), event: 'contribution-late', round: roundNumberOf(round), site });
  }

  async #takeIn(site: string, header: ContributionHeader, sum: SumOf, chunks: AsyncIterable<Uint8Array>): Promise<LedgerReceipt> {
    const owner = { round: header.round, part: header.part, site };
    try {
      await this.#spool(owner, header, sum, chunks);
      return await this.#record(site, header);
    } catch (error) {
      if (isRefusal(error)) {
        await this.#sums.unfold(sum, header.digest);
        await this.#spools.remove(owner);
        await this.#forget(header);
      }
      throw error;
    }
  }

  /** What is in the file is added to the sum while more of it comes in, and neither waits for the other. */
  async #spool(owner: SpoolOwner, { digest, totalBytes, fromByte }: ContributionHeader, sum: SumOf, chunks: AsyncIterable<Uint8Array>): Promise<void> {
    if (fromByte === 0) await this.#sums.unfold(sum, digest);
    await using spool = await this.#spools.open(owner, { digest, bytes: totalBytes }, fromByte);
    const contribution = { digest, file: spool.file };
    let foldedBytes = 0;
    const fold = async () => {
      if (spool.bytes === foldedBytes) return;
      foldedBytes = spool.bytes;
      await this.#sums.fold(sum, contribution, foldedBytes);
    };
    let isFolding = false;
    let folded = Promise.resolve();
    for await (const chunk of chunks) {
      await spool.append(chunk);
      if (isFolding) continue;
      await folded;
      isFolding = true;
      folded = fold().finally(() => (isFolding = false));
      folded.catch(() => undefined); // it is awaited with a later chunk
    }
    await folded;
    await fold();
    await spool.finish();
  }

  /** What cannot be summed, or came too late, does not stay on disk, unless the same bytes were accepted from elsewhere. */
  async #forget({ round, digest }: ContributionHeader): Promise<void> {
    const accepted = await this.#store.read.contributions.list(round);
    if (!accepted.some((contribution) => contribution.digest === digest)) await this.#payloads.remove(digest);
  }

  async #find(site: string, { round, part }: ContributionHeader): Promise<Contribution | undefined> {
    return (await this.#store.read.contributions.list(round)).find((contribution) => contribution.site === site && contribution.part === part);
  }

  /** Of a round that there is, in a run that the site belongs to. */
  async #roundOf(site: string, name: string, id: string): Promise<Membership & { readonly round: Round }> {
    const membership = await membershipOf(this.#store.read, name, site);
    const round = await this.#store.read.rounds.find(id);
    if (round?.run !== membership.run.id) throw new ConsiliumError('not-found', `The run ${membership.run.id} has no round ${id}.`);
    return { ...membership, round };
  }

  async #check(site: string, header: ContributionHeader): Promise<SumOf> {
    const { run, epoch, round } = await this.#roundOf(site, header.run, header.round);
    if (!takesContributions(round.state) || round.attempt !== header.attempt) throw new ConsiliumError('round-not-collecting', `It is ${round.state}.`);
    if (header.epoch !== epoch.number) throw new ConsiliumError('epoch-mismatch', `The run's epoch is ${epoch.number}.`);
    if (header.parameterSet !== parameterSet.name) throw new ConsiliumError('parameter-set-mismatch', `The coordinator adds ${parameterSet.name}.`);
    if (!isSha256Hex(header.digest)) throw new ConsiliumError('invalid-request', 'A digest is SHA-256 in hex.');
    if (header.nonce.length !== 16) throw new ConsiliumError('invalid-request', 'A nonce has 16 bytes.');
    tagFromBytes(header.tag);
    const context = await this.#contexts.of(run.study);
    const layout = context.layouts(run, round.purpose).get(header.part);
    if (!layout || layoutFingerprint(layout) !== header.layoutFingerprint) throw new ConsiliumError('layout-mismatch');
    const ciphertexts = ciphertextCount(laneShape(layout));
    const expected = ciphertexts * seededCiphertextBytes;
    if (header.totalBytes !== expected) throw new ConsiliumError('ciphertext-count', `The layout needs ${expected} bytes, not ${header.totalBytes}.`);
    if (!(header.fromByte >= 0 && header.fromByte <= expected)) throw new ConsiliumError('upload-not-continuing', `It has ${expected} bytes, and cannot go on from byte ${header.fromByte}.`);
    return { round: round.id, part: header.part, ciphertexts };
  }

  async #record(site: string, { run, round: id, part, digest, nonce, tag, totalBytes, ledgerHead }: ContributionHeader): Promise<LedgerReceipt> {
    const acceptedAtMs = this.#clock.nowMs();
    return this.#store.transaction(async (tables) => {
      await membershipOf(tables, run, site); // the site may have been revoked while the upload was under way
      const round = await tables.rounds.find(id);
      if (!round || !takesContributions(round.state)) throw new ConsiliumError('round-not-collecting', `It became ${round?.state ?? 'unknown'} while the upload was under way.`);
      const already = (await tables.contributions.list(id)).find((contribution) => contribution.site === site && contribution.part === part);
      if (already?.digest === digest) return this.#ledgers.countersign(tables, site, ledgerHead);
      if (already) throw new ConsiliumError('contribution-conflict');
      await tables.contributions.insert({ round: id, site, part, digest, nonce, tag, bytes: totalBytes, acceptedAtMs });
      await tables.audit.append({ atMs: acceptedAtMs, actor: `site ${site}`, action: 'contribution accepted', subject: id, detail: { part, digest, bytes: totalBytes, ledger: ledgerHead } });
      const change = { bytesUp: round.bytesUp + totalBytes };
      if (round.state === 'OPEN') await moveRound(tables, round, 'COLLECTING', { atMs: acceptedAtMs, change });
      else await tables.rounds.update(id, change);
      return this.#ledgers.acknowledge(tables, { round: id, site, what: part }, ledgerHead);
    });
  }
}

/** Whether the bytes were refused for good. After anything else, a lost connection or a full disk, the site may go on from where it was. */
function isRefusal(error: unknown): boolean {
  return error instanceof ConsiliumError && !error.entry.retryable && error.code !== 'cancelled' && error.code !== 'internal';
}
