/** A payload as it lies on the disk. */
export interface StoredPayload {
  readonly digest: string;
  readonly bytes: number;
  /** When the same bytes were last saved. */
  readonly savedAtMs: number;
}

export interface PayloadInventory {
  list(): Promise<StoredPayload[]>;
  /** Removes a payload unless it was saved again since it was listed; says whether it did. */
  remove(payload: StoredPayload): boolean;
  /** Keeps others from removing anything until it is disposed of. @throws folder-locked after `waitMs` */
  lock(waitMs: number): Disposable;
}
