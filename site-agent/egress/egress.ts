import { createHash, randomBytes } from 'node:crypto';
import { parameterSet } from '../../shared/ciphertexts/parameter-set.ts';
import type { LaneSource } from '../../shared/layouts/vector-encoding.ts';
import { layoutFingerprint, type Part, type VectorLayout } from '../../shared/layouts/vector-layout.ts';
import type { Logger } from '../../shared/logs/logger.ts';
import type { LedgerHead, LedgerReceipt } from '../../shared/statements/ledger-receipt.ts';
import type { EpochIdentity } from '../../shared/statements/run-statements.ts';
import { tagContext } from '../../shared/statements/tag-context.ts';
import type { RoundPurpose } from '../../shared/studies/round-purpose.ts';
import type { DecryptionRequest } from '../assignments/assignment.ts';
import type { KeyRing } from '../encryption/key-ring.ts';
import type { OpenedSums } from '../rounds/opened-sums.ts';
import type { Departures } from './departures.ts';
import type { LedgerEntry } from './ledger-line.ts';
import type { ContributionHeader, SealedContributions } from './sealed-contribution.ts';

/** The ciphertexts of a contribution from some byte on. */
export interface ContributionUpload {
  readonly fromByte: number;
  readonly ciphertexts: AsyncIterable<Buffer>;
}

/** Carries to the coordinator what has its line in the ledger, with the head of the ledger; implemented by the link. */
export interface EgressCarrier {
  /** How many bytes of a contribution the coordinator has, from uploads that broke off. */
  held(header: ContributionHeader, signal: AbortSignal): Promise<number>;
  carryContribution(header: ContributionHeader, head: LedgerHead, upload: ContributionUpload, signal: AbortSignal): Promise<LedgerReceipt>;
  carryOpenedSums(opened: OpenedSums, head: LedgerHead, signal: AbortSignal): Promise<LedgerReceipt>;
}

/** Which sum a vector is for. */
export interface SumReference {
  readonly run: string;
  readonly round: string;
  readonly attempt: number;
  readonly epoch: number;
  readonly part: Part;
}

/** In whose name a run's contributions are made: every tag is bound to it, and every line of the ledger says it. */
export interface Sender {
  readonly identity: EpochIdentity;
  readonly site: string;
  /** Ed25519, raw 32 bytes. */
  readonly signingKey: Uint8Array;
}

/**
 * The one door through which numbers about patients leave the hospital, for one run: lanes are encrypted under the group
 * key, sealed on disk, and uploaded; opened sums of all sites are reported. Each gets its line in the ledger first. There
 * is no other call that sends anything derived from data.
 */
export class Egress {
  readonly #sender: Sender;
  readonly #approval: string;
  readonly #keys: KeyRing;
  readonly #sealed: SealedContributions;
  readonly #departures: Departures;
  readonly #carrier: EgressCarrier;
  readonly #log: Logger;

  /** @param parts `approval` names the hospital's decision under which the run's data may leave */
  constructor(parts: { sender: Sender; approval: string; keys: KeyRing; sealed: SealedContributions; departures: Departures; carrier: EgressCarrier; log: Logger }) {
    this.#sender = parts.sender;
    this.#approval = parts.approval;
    this.#keys = parts.keys;
    this.#sealed = parts.sealed;
    this.#departures = parts.departures;
    this.#carrier = parts.carrier;
    this.#log = parts.log;
  }

  /** What was sealed for a sum, if anything was: it is sent again rather than made again. */
  sealedFor({ round, attempt, part }: Pick<SumReference, 'round' | 'attempt' | 'part'>): Promise<ContributionHeader | undefined> {
    return this.#sealed.find(round, attempt, part);
  }

  /** Whether the coordinator said that it has a contribution. */
  isAcknowledged({ round, part, digest }: ContributionHeader): boolean {
    return this.#departures.wasReceived({ what: 'contribution', round, parts: [{ part, digest }] });
  }

  /**
   * Encrypts a vector, tags its ciphertexts under a fresh nonce, and flushes them.
   * @param beforeSealed what has to be on disk before the contribution counts as sealed, given its digest
   * @param signal ends it between two ciphertexts, with nothing sealed
   */
  async seal(sum: SumReference, layout: VectorLayout, lanes: LaneSource, beforeSealed?: (digest: string) => Promise<void>, signal?: AbortSignal): Promise<ContributionHeader> {
    const { identity, ...contributor } = this.#sender;
    const announced = { ...sum, layoutFingerprint: layoutFingerprint(layout) };
    const nonce = randomBytes(16);
    const encrypted = await this.#keys.encrypt(sum.run, lanes, layout.lanes, { ...contributor, nonce, context: tagContext(identity, announced) });
    const hash = createHash('sha256');
    let totalBytes = 0;
    const measured = async function* () {
      for await (const ciphertext of encrypted) {
        signal?.throwIfAborted();
        hash.update(ciphertext);
        totalBytes += ciphertext.length;
        yield ciphertext;
      }
    };
    return this.#sealed.seal(sum, measured(), async () => {
      const digest = hash.digest('hex');
      await beforeSealed?.(digest);
      const tag = Buffer.from(encrypted.tag).toString('hex');
      return { ...announced, parameterSet: parameterSet.name, nonce: nonce.toString('hex'), totalBytes, digest, tag };
    });
  }

  /** Removes the ciphertexts that were sealed for other rounds of the run: their fate is decided. */
  forgetOthers(round: string): Promise<void> {
    return this.#sealed.forgetOthers(round);
  }

  /**
   * Sends what was sealed, as often as asked; each time is a line of its own.
   * @param broken whether an upload of it may have broken off, so that the coordinator is asked where to go on
   */
  async send(header: ContributionHeader, purpose: RoundPurpose, signal: AbortSignal, { broken = false } = {}): Promise<void> {
    const { round, attempt, part, layoutFingerprint, totalBytes: bytes, digest } = header;
    const entry: LedgerEntry = { ...this.#grounds(), what: 'contribution', round, attempt, purpose, parts: [{ part, layoutFingerprint, bytes, digest }], outcomeDigests: [] };
    const fromByte = broken ? await this.#carrier.held(header, signal) : 0;
    const upload = { fromByte, ciphertexts: this.#sealed.read(header, fromByte) };
    await this.#departures.depart(entry, (head) => this.#carrier.carryContribution(header, head, upload, signal), signal);
    this.#log.info('A contribution was acknowledged.', { run: header.run, round, part, bytes, digest });
  }

  /** Reports what a decryptor found: the lane sums where it was asked for them, and the digests that it signed. */
  async report({ round, attempt, purpose, manifests }: DecryptionRequest, opened: OpenedSums, signal: AbortSignal): Promise<void> {
    const { answer, laneSums } = opened;
    const parts = answer.parts.map(({ part, sumDigest }) => ({
      part,
      layoutFingerprint: manifests.find(({ manifest }) => manifest.part === part)?.manifest.layoutFingerprint ?? '',
      bytes: laneSums.get(part)?.byteLength ?? 0,
      digest: sumDigest,
    }));
    const entry: LedgerEntry = { ...this.#grounds(), what: 'opened-sum', round, attempt, purpose, parts, outcomeDigests: [answer.version, answer.parametersHash] };
    await this.#departures.depart(entry, (head) => this.#carrier.carryOpenedSums(opened, head, signal), signal);
  }

  #grounds(): Pick<LedgerEntry, 'federation' | 'site' | 'study' | 'planHash' | 'run' | 'approval'> {
    const { identity, site } = this.#sender;
    const { federation, study, planHash, run } = identity;
    return { federation, site, study, planHash, run, approval: this.#approval };
  }
}
