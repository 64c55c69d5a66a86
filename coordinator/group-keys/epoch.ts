import type { EpochClosing } from '../../shared/statements/epoch-closing.ts';
import type { MemberSignature } from '../../shared/statements/member-signature.ts';
import type { EpochStart, SealedBox } from '../../shared/statements/run-statements.ts';
import type { RosterMember } from '../../shared/statements/roster.ts';

/** A run's roster and the one group key made for it. The coordinator sees sealed boxes and a hash, never a key. */
export interface Epoch {
  /** Grows over the whole federation. */
  readonly number: number;
  readonly run: string;
  readonly rosterHash: string;
  /** Where it begins in its run. */
  readonly start: EpochStart;
  /** The member that makes the group key. */
  readonly custodian: string;
  /** Empty until the custodian has deposited the key. */
  readonly groupKeyHash: string;
  readonly openedAtMs: number;
}

export interface EpochMember extends RosterMember {
  readonly epoch: number;
  /** The member's X25519 key for this epoch and its signature over it. */
  readonly offer: EpochKeyOffer | null;
  /** Whether the group key is here, sealed to this member; never for the custodian. */
  readonly hasBox: boolean;
  /** When the member said that it holds the key. */
  readonly confirmedAtMs: number | null;
}

export interface EpochKeyOffer {
  readonly publicKey: Uint8Array;
  readonly signature: Uint8Array;
  readonly offeredAtMs: number;
}

/** How an epoch is to end, and who of its members signed that. */
export interface ProposedClosing extends EpochClosing {
  readonly proposedAtMs: number;
  readonly signatures: readonly MemberSignature[];
}

export interface EpochStore {
  find(number: number): Promise<Epoch | undefined>;
  /** The epoch of the same run before this one. */
  before(epoch: Epoch): Promise<Epoch | undefined>;
  /** Nothing as long as the epoch is not to end. */
  closing(epoch: number): Promise<ProposedClosing | undefined>;
  proposeClosing(epoch: number, closing: EpochClosing, proposedAtMs: number): Promise<void>;
  /** Adds a signature; one that is there already stays. */
  signClosing(epoch: number, signature: MemberSignature): Promise<void>;
  /** The newest epoch of a run. */
  findByRun(run: string): Promise<Epoch | undefined>;
  members(epoch: number): Promise<EpochMember[]>;
  /** The group key sealed to a member: 33 KiB, which is why members come without. */
  box(epoch: number, site: string): Promise<SealedBox | undefined>;
  /** Adds an epoch with its members and returns its number. */
  insert(epoch: Omit<Epoch, 'number'>, members: readonly RosterMember[]): Promise<number>;
  /** No epoch gets a number below this one any more. */
  skipTo(number: number): Promise<void>;
  setOffer(epoch: number, site: string, offer: EpochKeyOffer): Promise<void>;
  setGroupKey(epoch: number, groupKeyHash: string, boxes: readonly SealedBox[]): Promise<void>;
  setConfirmed(epoch: number, site: string, atMs: number): Promise<void>;
}
