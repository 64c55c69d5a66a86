import { asConsiliumError, ConsiliumError } from '../../shared/errors/consilium-error.ts';
import type { Part } from '../../shared/layouts/vector-layout.ts';
import { littleEndianBytes } from '../../shared/payloads/little-endian.ts';
import { sha256Hex } from '../../shared/statements/digest.ts';
import type { LedgerHead, LedgerReceipt } from '../../shared/statements/ledger-receipt.ts';
import type { SealedBox } from '../../shared/statements/run-statements.ts';
import type { SignedStudyDecision } from '../../shared/statements/study-decision.ts';
import { wireActivity } from '../../shared/wire/activity-names.ts';
import { wireDecidedBy, wireDecision } from '../../shared/wire/decision-names.ts';
import type { ContributionChunkInput } from '../../shared/wire/generated/consilium/v1/ContributionChunk.ts';
import type { DecryptionReportInput } from '../../shared/wire/generated/consilium/v1/DecryptionReport.ts';
import { wirePart } from '../../shared/wire/round-names.ts';
import { services } from '../../shared/wire/services.ts';
import type { Assignment, BaseVersion, RefusedWork } from '../assignments/assignment.ts';
import type { ContributionUpload, EgressCarrier } from '../egress/egress.ts';
import type { ContributionHeader } from '../egress/sealed-contribution.ts';
import type { RoundProgressNote } from '../rounds/round-progress.ts';
import type { OpenedSums } from '../rounds/opened-sums.ts';
import { assignmentFromWire, baseVersion, claimedWork } from './assignment-from-wire.ts';
import type { CallLimits, Channel } from './channel.ts';

/** Each is as large as the group key, 33 KiB: half a MiB in one message. */
const boxesAtATime = 16;

/** A contribution may take long on a thin line; a stalled one is cut off by the channel's keep-alive. */
const uploadTimeoutMs = 6 * 3_600_000;

/** Work that is not what it should be, as far as it can be told what it is, and what is wrong with it. */
export interface UnreadableWork {
  readonly work: RefusedWork;
  readonly error: ConsiliumError;
}

/** All calls of an enrolled site, as plain objects. */
export class CoordinatorLink implements EgressCarrier {
  readonly #channel: Channel;

  constructor(channel: Channel) {
    this.#channel = channel;
  }

  /**
   * Work for this site, as long as the stream holds.
   * @param limits without a deadline; `onOpen` is told when the coordinator has let the site in
   * @param onUnreadable told of work that is not what it should be; it is left out
   */
  async *watch(
    site: { agentVersion: string; engine: string; heldRuns: string[] },
    limits: Pick<CallLimits, 'signal' | 'onOpen'>,
    onUnreadable: (unreadable: UnreadableWork) => void,
  ): AsyncGenerator<Assignment> {
    for await (const wire of this.#channel.serverStream(services.siteLink.Watch, site, limits)) {
      let assignment: Assignment;
      try {
        assignment = assignmentFromWire(wire);
      } catch (error) {
        onUnreadable({ work: claimedWork(wire), error: asConsiliumError(error) });
        continue;
      }
      yield assignment;
    }
  }

  async decline(run: string, assignment: string, code: string, signal: AbortSignal): Promise<void> {
    await this.#channel.unary(services.siteLink.Decline, { run, assignment, code }, { signal });
  }

  async tellProgress({ activity, ...note }: RoundProgressNote, signal: AbortSignal): Promise<void> {
    await this.#channel.unary(services.siteLink.TellProgress, { ...note, activity: wireActivity(activity) }, { signal });
  }

  /** The bytes of a study's plan. @throws digest-mismatch when they are not those that the run names */
  async plan(study: string, planHash: string, signal: AbortSignal): Promise<Buffer> {
    const { json } = await this.#channel.unary(services.studies.GetPlan, { study }, { signal });
    if (sha256Hex(json) !== planHash) throw new ConsiliumError('digest-mismatch', `It is the plan of ${study}.`);
    return json;
  }

  /** A version of a run and those before it, newest first, as the coordinator tells it. */
  async *lineage(run: string, digest: string, signal: AbortSignal): AsyncGenerator<BaseVersion> {
    for await (const version of this.#channel.serverStream(services.modelVersions.Lineage, { run, digest }, { signal })) yield baseVersion(version);
  }

  /** Tells what this hospital says about a study. @throws roster-missing when the study has no such roster, not-a-member, signature-invalid */
  async decide({ study, planHash, rosterHash, decision, decidedBy, code, decidedAtMs, signature }: SignedStudyDecision, signal: AbortSignal): Promise<void> {
    const message = { study, planHash, rosterHash, decision: wireDecision(decision), decidedBy: wireDecidedBy(decidedBy), code, decidedAtMs, signature: Buffer.from(signature) };
    await this.#channel.unary(services.studies.Decide, message, { signal });
  }

  async offerEpochKey(run: string, epoch: number, publicKey: Uint8Array, signature: Uint8Array, signal: AbortSignal): Promise<void> {
    const offer = { run, epoch, publicKey: Buffer.from(publicKey), signature: Buffer.from(signature) };
    await this.#channel.unary(services.groupKeys.OfferEpochKey, offer, { signal });
  }

  async depositGroupKey(run: string, epoch: number, groupKeyHash: string, boxes: readonly SealedBox[], signal: AbortSignal): Promise<void> {
    const wireBoxes = boxes.map(({ recipient, encapsulation, ciphertext, signature }) => ({
      recipient,
      encapsulation: Buffer.from(encapsulation),
      ciphertext: Buffer.from(ciphertext),
      signature: Buffer.from(signature),
    }));
    for (let from = 0; from < wireBoxes.length; from += boxesAtATime) {
      await this.#channel.unary(services.groupKeys.DepositGroupKey, { run, epoch, groupKeyHash, boxes: wireBoxes.slice(from, from + boxesAtATime) }, { signal });
    }
  }

  async confirmGroupKey(run: string, epoch: number, groupKeyHash: string, signal: AbortSignal): Promise<void> {
    await this.#channel.unary(services.groupKeys.ConfirmGroupKey, { run, epoch, groupKeyHash }, { signal });
  }

  async closeEpoch(run: string, epoch: number, signature: Uint8Array, signal: AbortSignal): Promise<void> {
    await this.#channel.unary(services.groupKeys.CloseEpoch, { run, epoch, signature: Buffer.from(signature) }, { signal });
  }

  async coSign(round: string, attempt: number, signatures: readonly { readonly part: Part; readonly signature: Uint8Array }[], signal: AbortSignal): Promise<void> {
    const named = signatures.map(({ part, signature }) => ({ part: wirePart(part), signature: Buffer.from(signature) }));
    await this.#channel.unary(services.manifests.CoSign, { round, attempt, signatures: named }, { signal });
  }

  /** The receipt for the newest head of this site's ledger, as the coordinator has it; nothing when it has none. */
  async newestReceipt(signal: AbortSignal): Promise<LedgerReceipt | undefined> {
    try {
      return await this.#channel.unary(services.ledgers.Head, {}, { signal });
    } catch (error) {
      if (error instanceof ConsiliumError && error.code === 'not-found') return undefined;
      throw error;
    }
  }

  /** How many bytes of a contribution the coordinator has, from uploads that broke off. */
  async held({ run, round, part, digest }: ContributionHeader, signal: AbortSignal): Promise<number> {
    const { bytes } = await this.#channel.unary(services.contributions.Held, { run, round, part: wirePart(part), digest }, { signal });
    return bytes;
  }

  async carryContribution(header: ContributionHeader, head: LedgerHead, upload: ContributionUpload, signal: AbortSignal): Promise<LedgerReceipt> {
    const { fromByte, ciphertexts } = upload;
    const pieces = (bytes: Buffer) => piecesOf(bytes, this.#channel.pieceBytes);
    const messages = async function* (): AsyncGenerator<ContributionChunkInput> {
      yield { header: { ...header, part: wirePart(header.part), nonce: Buffer.from(header.nonce, 'hex'), tag: Buffer.from(header.tag, 'hex'), fromByte, ledgerHead: head } };
      for await (const chunk of ciphertexts) for (const piece of pieces(chunk)) yield { ciphertexts: piece };
    };
    const { ledger } = await this.#channel.clientStream(services.contributions.Upload, messages(), { signal, timeoutMs: uploadTimeoutMs });
    return receiptFromWire(ledger);
  }

  /** Lane sums go along by part, when the coordinator asked for them. */
  async carryOpenedSums({ answer, laneSums }: OpenedSums, head: LedgerHead, signal: AbortSignal): Promise<LedgerReceipt> {
    const pieces = (bytes: Buffer) => piecesOf(bytes, this.#channel.pieceBytes);
    const messages = function* (): Generator<DecryptionReportInput> {
      const parts = answer.parts.map(({ part, sumDigest }) => ({ part: wirePart(part), sumDigest }));
      yield { result: { ...answer, parts, signature: Buffer.from(answer.signature), ledgerHead: head } };
      for (const [part, lanes] of laneSums) {
        for (const bytes of pieces(Buffer.from(littleEndianBytes(lanes)))) yield { laneSums: { part: wirePart(part), bytes } };
      }
    };
    const { ledger } = await this.#channel.clientStream(services.decryptions.Report, messages(), { signal, timeoutMs: uploadTimeoutMs });
    return receiptFromWire(ledger);
  }
}

function* piecesOf(bytes: Buffer, pieceBytes: number): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
}

/** @throws ledger-receipt-invalid */
function receiptFromWire(receipt: LedgerReceipt | null): LedgerReceipt {
  if (!receipt) throw new ConsiliumError('ledger-receipt-invalid', 'There is none.');
  return receipt;
}
