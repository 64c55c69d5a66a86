import type { Clock } from '../../shared/clock.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import type { UnitOfWork } from '../unit-of-work.ts';
import type { PayloadInventory, StoredPayload } from './payload-inventory.ts';
import { neededPayloads, payloadKinds, type PayloadReferenceStore } from './payload-reference.ts';

/** A payload that nothing names may be one that is about to be named; after this time it is left over from a process that was killed. */
const unnamedMs = 86_400_000;

/** What nothing names any more is `unnamed`. */
export const storedKinds = [...payloadKinds, 'unnamed'] as const;
export type StoredKind = (typeof storedKinds)[number];

/** How many payloads of a kind, and how many bytes. */
export interface Amount {
  readonly payloads: number;
  readonly bytes: number;
}
export type Amounts = Readonly<Record<StoredKind, Amount>>;

/** What lies on the disk, and what of it is not needed any more. */
export interface Stock {
  readonly stored: Amounts;
  readonly collectable: Amounts;
}

export interface CollectionParts {
  readonly store: UnitOfWork<{ readonly audit: AuditLog; readonly payloadReferences: PayloadReferenceStore }>;
  readonly inventory: PayloadInventory;
  readonly keepContributionsMs: number;
  readonly clock: Clock;
}

/**
 * Removes payloads that are not needed any more. What is needed is read from the database each time, and nothing is noted
 * about a single file: whoever is killed in between leaves only what the next collection finds again.
 */
export class PayloadCollection {
  readonly #parts: CollectionParts;

  constructor(parts: CollectionParts) {
    this.#parts = parts;
  }

  /** Looks, and removes nothing. */
  async look(): Promise<Stock> {
    return (await this.#stock()).stock;
  }

  /**
   * The audit log has the decision before the first file goes.
   * @returns what was there before, and what went
   * @throws folder-locked while a backup is made or another process collects
   */
  async collect(actor: string): Promise<Stock> {
    using _alone = this.#parts.inventory.lock(0);
    const { stock, garbage } = await this.#stock();
    if (garbage.length === 0) return stock;
    const kinds = Object.fromEntries(Object.entries(stock.collectable).filter(([, { payloads }]) => payloads > 0));
    const { payloads, bytes } = total(stock.collectable);
    await this.#parts.store.transaction(({ audit }) => audit.append({ atMs: this.#parts.clock.nowMs(), actor, action: 'payloads collected', subject: '', detail: { payloads, bytes, kinds } }));
    for (const payload of garbage) this.#parts.inventory.remove(payload);
    return stock;
  }

  /** The disk is read first: what is saved after that is not looked at. */
  async #stock(): Promise<{ stock: Stock; garbage: StoredPayload[] }> {
    const { inventory, store, keepContributionsMs, clock } = this.#parts;
    const nowMs = clock.nowMs();
    const stored = await inventory.list();
    const references = await store.read.payloadReferences.list();
    const needed = neededPayloads(references, { keepContributionsMs, nowMs });
    const named = new Map(references.map(({ digest, kind }) => [digest, kind]));
    const kindOf = ({ digest }: StoredPayload): StoredKind => needed.get(digest) ?? named.get(digest) ?? 'unnamed';
    const garbage = stored.filter((payload) => !needed.has(payload.digest) && (named.has(payload.digest) || nowMs >= payload.savedAtMs + unnamedMs));
    return { stock: { stored: amounts(stored, kindOf), collectable: amounts(garbage, kindOf) }, garbage };
  }
}

export function total(amounts: Amounts): Amount {
  return Object.values(amounts).reduce((sum, { payloads, bytes }) => ({ payloads: sum.payloads + payloads, bytes: sum.bytes + bytes }), { payloads: 0, bytes: 0 });
}

function amounts(payloads: readonly StoredPayload[], kindOf: (payload: StoredPayload) => StoredKind): Amounts {
  const byKind = Map.groupBy(payloads, kindOf);
  const amount = (kind: StoredKind): Amount => ({ payloads: byKind.get(kind)?.length ?? 0, bytes: byKind.get(kind)?.reduce((sum, { bytes }) => sum + bytes, 0) ?? 0 });
  return Object.fromEntries(storedKinds.map((kind) => [kind, amount(kind)])) as Record<StoredKind, Amount>;
}

