import { statfsSync } from 'node:fs';
import { size } from '../command-line/quantities.ts';
import { ConsiliumError } from '../errors/consilium-error.ts';

export interface DiskState {
  readonly freeBytes: number;
  /** What is kept for the small things that must never fail to be written. */
  readonly minimumFreeBytes: number;
  /** Something large waits until there is room. */
  readonly full: boolean;
}

/**
 * Keeps large things from taking the last room of a disk: a database or a ledger that cannot be written to stops
 * everything. It looks at the disk each time it is asked, so that what waits goes on as soon as there is room.
 */
export class DiskRoom {
  readonly #folder: string;
  readonly #minimumFreeBytes: number;
  readonly #onChange: (state: DiskState) => void;
  /** What was refused last and still waits, in bytes. */
  #waitingBytes = 0;
  #wasFull = false;

  /** @param onChange told when the disk becomes full, and when it has room again */
  constructor(folder: string, minimumFreeBytes: number, onChange: (state: DiskState) => void) {
    this.#folder = folder;
    this.#minimumFreeBytes = minimumFreeBytes;
    this.#onChange = onChange;
  }

  get state(): DiskState {
    const { bavail, bsize } = statfsSync(this.#folder);
    const state = { freeBytes: bavail * bsize, minimumFreeBytes: this.#minimumFreeBytes, full: bavail * bsize - this.#waitingBytes < this.#minimumFreeBytes };
    if (!state.full) this.#waitingBytes = 0;
    if (state.full !== this.#wasFull) this.#onChange(state);
    this.#wasFull = state.full;
    return state;
  }

  /** @param bytes that are about to be written @throws disk-full */
  require(bytes: number): void {
    this.#waitingBytes = Math.max(this.#waitingBytes, bytes);
    const { full, freeBytes, minimumFreeBytes } = this.state;
    if (full) throw new ConsiliumError('disk-full', `${size(freeBytes)} are free, and ${size(minimumFreeBytes)} have to stay free beside the ${size(bytes)} that are to be written.`);
  }
}

/** Why a program with a full disk is not ready. */
export function fullDiskText({ freeBytes, minimumFreeBytes }: DiskState): string {
  return `the disk is full: ${size(freeBytes)} are free, and ${size(minimumFreeBytes)} have to stay free; make room, and everything goes on by itself`;
}
