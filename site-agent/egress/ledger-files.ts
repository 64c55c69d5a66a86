import { join } from 'node:path';
import { rawPublicKey } from '../../shared/statements/signature.ts';
import type { SiteFolder } from '../identity/site-folder.ts';

/** Whose ledger it is, and the public keys that check it: Ed25519, raw 32 bytes. */
export interface LedgerOwner {
  readonly federation: string;
  readonly site: string;
  readonly signingKey: Uint8Array;
  readonly coordinatorSigningKey: Uint8Array;
}

export interface LedgerFiles {
  readonly lines: string;
  readonly receipts: string;
}

/** Of a site's ledger folder, and of an export. */
export function ledgerFilesIn(folder: string): LedgerFiles {
  return { lines: join(folder, 'ledger.jsonl'), receipts: join(folder, 'receipts.jsonl') };
}

/** Where a site keeps its ledger. */
export function ledgerFolderOf(siteFolder: string): string {
  return join(siteFolder, 'state', 'ledger');
}

export function ledgerOwnerOf({ settings, signingKey, coordinatorSigningKey }: SiteFolder): LedgerOwner {
  return { federation: settings.federation.id, site: settings.site, signingKey: rawPublicKey(signingKey), coordinatorSigningKey };
}
