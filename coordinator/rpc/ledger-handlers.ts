import type { LedgerHead as WireHead } from '../../shared/wire/generated/consilium/v1/LedgerHead.ts';
import type { LedgerReceiptInput } from '../../shared/wire/generated/consilium/v1/LedgerReceipt.ts';
import type { LedgersHandlers } from '../../shared/wire/generated/consilium/v1/Ledgers.ts';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import type { LedgerHead, LedgerReceipt } from '../../shared/statements/ledger-receipt.ts';
import type { Ledgers } from '../ledgers/ledgers.ts';
import type { Site } from '../sites/site.ts';
import type { Adapter } from './adapter.ts';

export function ledgerHandlers(adapter: Adapter<Site>, ledgers: Pick<Ledgers, 'newest'>): LedgersHandlers {
  return {
    Head: adapter.unary(async (site) => wireReceipt(await ledgers.newest(site.name))),
  };
}

/** @throws invalid-request */
export function ledgerHeadFromWire(head: WireHead | null): LedgerHead {
  if (!head) throw new ConsiliumError('invalid-request', 'It comes without the head of the site\'s ledger.');
  return head;
}

export function wireReceipt({ signature, ...receipt }: LedgerReceipt): LedgerReceiptInput {
  return { ...receipt, signature: Buffer.from(signature) };
}
