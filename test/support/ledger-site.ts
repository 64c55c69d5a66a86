import { createHash, generateKeyPairSync } from 'node:crypto';
import type { Registry } from 'prom-client';
import { systemClock } from '../../shared/clock.ts';
import type { Logger } from '../../shared/logs/logger.ts';
import { silentLogger } from '../../shared/logs/logger.ts';
import { createMetricsRegistry } from '../../shared/operations/metrics-registry.ts';
import { ledgerReceiptDomain, ledgerReceiptFields, type LedgerHead, type LedgerReceipt } from '../../shared/statements/ledger-receipt.ts';
import { rawPublicKey, signStatement } from '../../shared/statements/signature.ts';
import { Departures, type DeparturesParts } from '../../site-agent/egress/departures.ts';
import { ledgerFilesIn, type LedgerFiles, type LedgerOwner } from '../../site-agent/egress/ledger-files.ts';
import type { LedgerEntry } from '../../site-agent/egress/ledger-line.ts';
import { Ledger } from '../../site-agent/egress/ledger.ts';
import { AgentMetrics } from '../../site-agent/metrics/agent-metrics.ts';

/** A site's ledger in a folder, with the keys of the site and of its coordinator. */
export interface LedgerSite {
  readonly ledger: Ledger;
  readonly owner: LedgerOwner;
  readonly files: LedgerFiles;
  /** What the coordinator would answer. */
  receiptFor(head: LedgerHead): LedgerReceipt;
  /** Opens the ledger again, as the next start does. */
  reopen(log?: Logger): Promise<Ledger>;
}

export async function ledgerSite(folder: string): Promise<LedgerSite> {
  const [site, coordinator] = [generateKeyPairSync('ed25519').privateKey, generateKeyPairSync('ed25519').privateKey];
  const owner = { federation: 'f', site: 'mercy', signingKey: rawPublicKey(site), coordinatorSigningKey: rawPublicKey(coordinator) };
  const reopen = (log: Logger = silentLogger) => Ledger.open({ folder, owner, signingKey: site, clock: systemClock, log });
  return {
    ledger: await reopen(),
    owner,
    files: ledgerFilesIn(folder),
    reopen,
    receiptFor: ({ sequence, hash }) => {
      const unsigned = { sequence, hash, receivedAtMs: systemClock.nowMs(), auditSequence: 0, auditHash: '' };
      return { ...unsigned, signature: signStatement(coordinator, ledgerReceiptDomain, ledgerReceiptFields(owner.federation, owner.site, unsigned)) };
    },
  };
}

/** The door of the site, as the agent builds it; without a limit of a day unless one is given. */
export function departuresOf({ ledger }: Pick<LedgerSite, 'ledger'>, { metrics = createMetricsRegistry('site'), ...changes }: Partial<DeparturesParts> & { metrics?: Registry } = {}): Departures {
  return new Departures({ ledger, meter: new AgentMetrics(metrics), maximumBytesPerDay: async () => undefined, newestReceipt: async () => undefined, clock: systemClock, ...changes });
}

/** What could leave in a round; another number is another content. */
export function ledgerEntry(number: number, changes: Partial<LedgerEntry> = {}): LedgerEntry {
  const digest = createHash('sha256').update(String(number)).digest('hex');
  return {
    what: 'contribution',
    federation: 'f',
    site: 'mercy',
    study: 'small-study',
    planHash: 'p',
    run: 'small-study-1',
    round: `small-study-1.${number}`,
    attempt: 1,
    purpose: 'training',
    parts: [{ part: 'update', layoutFingerprint: 'l', bytes: 1000 + number, digest }],
    outcomeDigests: [],
    approval: 'roster r',
    ...changes,
  };
}
