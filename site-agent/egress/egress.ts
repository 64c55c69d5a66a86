import { createHash, randomBytes } from 'node:crypto';
import { parameterSet } from '../../shared/ciphertexts/parameter-set.ts';
import { layoutFingerprint, type Part, type VectorLayout } from '../../shared/layouts/vector-layout.ts';
import type { Logger } from '../../shared/logs/logger.ts';
import type { EpochIdentity } from '../../shared/statements/run-statements.ts';
import { tagContext } from '../../shared/statements/tag-context.ts';
import type { KeyRing } from '../encryption/key-ring.ts';
import type { ContributionHeader, SealedContributions } from './sealed-contribution.ts';

/** Carries a sealed contribution to the coordinator; implemented by the link. */
export interface ContributionCarrier {
  upload(header: ContributionHeader, ciphertexts: AsyncIterable<Buffer>, signal: AbortSignal): Promise<void>;
}

/** Which sum a vector is for. */
export interface SumReference {
  readonly run: string;
  readonly round: string;
  readonly attempt: number;
  readonly epoch: number;
  readonly part: Part;
}

/** In whose name a run's contributions are made: every tag is bound to it. */
export interface Sender {
  readonly identity: EpochIdentity;
  readonly site: string;
  /** Ed25519, raw 32 bytes. */
  readonly signingKey: Uint8Array;
}

/**
 * The one door through which numbers about patients leave the hospital: lanes are encrypted under the group key, sealed on
 * disk, and uploaded. There is no other call that sends anything derived from data.
 */
export class Egress {
  readonly #sender: Sender;
  readonly #keys: KeyRing;
  readonly #sealed: SealedContributions;
  readonly #carrier: ContributionCarrier;
  readonly #log: Logger;

  constructor(parts: { sender: Sender; keys: KeyRing; sealed: SealedContributions; carrier: ContributionCarrier; log: Logger }) {
    this.#sender = parts.sender;
    this.#keys = parts.keys;
    this.#sealed = parts.sealed;
    this.#carrier = parts.carrier;
    this.#log = parts.log;
  }

  /** What was sealed for a sum, if anything was: it is sent again rather than made again. */
  sealedFor({ round, attempt, part }: Pick<SumReference, 'round' | 'attempt' | 'part'>): Promise<ContributionHeader | undefined> {
    return this.#sealed.find(round, attempt, part);
  }

  /** What the coordinator said that it has of a contribution. */
  isAcknowledged(header: ContributionHeader): Promise<boolean> {
    return this.#sealed.isAcknowledged(header);
  }

  /**
   * Encrypts a vector, tags its ciphertexts under a fresh nonce, and flushes them.
   * @param beforeSealed what has to be on disk before the contribution counts as sealed, given its digest
   */
  async seal(sum: SumReference, layout: VectorLayout, lanes: Uint32Array, beforeSealed?: (digest: string) => Promise<void>): Promise<ContributionHeader> {
    const { identity, ...contributor } = this.#sender;
    const announced = { ...sum, layoutFingerprint: layoutFingerprint(layout) };
    const nonce = randomBytes(16);
    const encrypted = await this.#keys.encrypt(sum.run, lanes, { ...contributor, nonce, context: tagContext(identity, announced) });
    const hash = createHash('sha256');
    let totalBytes = 0;
    const measured = async function* () {
      for await (const ciphertext of encrypted) {
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

  async send(header: ContributionHeader, signal: AbortSignal): Promise<void> {
    await this.#carrier.upload(header, this.#sealed.read(header), signal);
    await this.#sealed.acknowledge(header);
    this.#log.info('A contribution was acknowledged.', { run: header.run, round: header.round, part: header.part, bytes: header.totalBytes, digest: header.digest });
  }
}
