import type { KeyObject } from 'node:crypto';
import type { Clock } from '../../shared/clock.ts';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import { isSha256Hex } from '../../shared/statements/digest.ts';
import { ledgerReceiptDomain, ledgerReceiptFields, type LedgerHead, type LedgerReceipt } from '../../shared/statements/ledger-receipt.ts';
import { signStatement } from '../../shared/statements/signature.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import type { UnitOfWork } from '../unit-of-work.ts';
import type { Departure, DepartureReceiptStore } from './departure-receipt.ts';
import type { LedgerHeadStore } from './ledger-head.ts';

export interface LedgerTables {
  readonly audit: AuditLog;
  readonly departureReceipts: Pick<DepartureReceiptStore, 'insert'>;
  readonly ledgerHeads: LedgerHeadStore;
}

/**
 * Countersigns the heads of sites' egress ledgers. What a site sends names a head that has to be ahead of all earlier
 * ones: a site that was restored from a backup, or runs twice, shows here.
 */
export class Ledgers {
  readonly #store: UnitOfWork<LedgerTables>;
  readonly #federation: string;
  readonly #signingKey: KeyObject;
  readonly #clock: Clock;

  constructor(parts: { store: UnitOfWork<LedgerTables>; federation: string; signingKey: KeyObject; clock: Clock }) {
    this.#store = parts.store;
    this.#federation = parts.federation;
    this.#signingKey = parts.signingKey;
    this.#clock = parts.clock;
  }

  /**
   * Before anything else of what came with the head is looked at.
   * @throws invalid-request, ledger-not-growing, ledger-forked
   */
  async admit(site: string, head: LedgerHead): Promise<void> {
    if (!Number.isSafeInteger(head.sequence) || head.sequence < 1 || !isSha256Hex(head.hash)) throw new ConsiliumError('invalid-request', 'It names no head of a ledger.');
    const newest = await this.#store.read.ledgerHeads.find(site);
    const refusal = refusalOf(head, newest);
    if (refusal) throw refusal;
  }

  /**
   * Signs that the site's ledger has come this far, and what the audit log holds at that moment; at the end of the
   * transaction of what came with the head, so that the receipt stands for its event too.
   * @throws ledger-not-growing, ledger-forked when another head of the site came in the meantime
   */
  async countersign({ audit, ledgerHeads }: Pick<LedgerTables, 'audit' | 'ledgerHeads'>, site: string, head: LedgerHead): Promise<LedgerReceipt> {
    const refusal = refusalOf(head, await ledgerHeads.find(site));
    if (refusal) throw refusal;
    const { sequence, hash } = head;
    const log = await audit.head();
    const unsigned = { sequence, hash, receivedAtMs: this.#clock.nowMs(), auditSequence: log.sequence, auditHash: log.hash };
    const signature = signStatement(this.#signingKey, ledgerReceiptDomain, ledgerReceiptFields(this.#federation, site, unsigned));
    const receipt = { ...unsigned, signature };
    await ledgerHeads.save(site, receipt);
    return receipt;
  }

  /**
   * Countersigns the head under which something left that counts from now on, and keeps the receipt for the evidence; likewise
   * at the end of the transaction, whose event names the head.
   * @throws ledger-not-growing, ledger-forked
   */
  async acknowledge(tables: LedgerTables, departure: Departure, head: LedgerHead): Promise<LedgerReceipt> {
    const receipt = await this.countersign(tables, departure.site, head);
    await tables.departureReceipts.insert({ ...departure, ...receipt });
    return receipt;
  }

  /** The receipt for the newest head. @throws not-found while there is none */
  async newest(site: string): Promise<LedgerReceipt> {
    const receipt = await this.#store.read.ledgerHeads.find(site);
    if (!receipt) throw new ConsiliumError('not-found', `Nothing has come from ${site} yet.`);
    return receipt;
  }
}

function refusalOf(head: LedgerHead, newest: LedgerReceipt | undefined): ConsiliumError | undefined {
  if (!newest || head.sequence > newest.sequence) return undefined;
  if (head.sequence === newest.sequence && head.hash !== newest.hash) return new ConsiliumError('ledger-forked', `They part at line ${head.sequence} or before: its hash is ${head.hash}, and ${newest.hash} was countersigned.`);
  return new ConsiliumError('ledger-not-growing', `It has ${newest.sequence} lines, this one ${head.sequence}.`);
}
