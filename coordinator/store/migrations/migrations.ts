import type { Migration } from 'kysely/migration';
import { up as sites } from './001-sites.ts';
import { up as runs } from './002-runs.ts';
import { up as access } from './003-access.ts';
import { up as rosters } from './004-rosters.ts';
import { up as ledger } from './005-ledger.ts';
import { up as certificateRenewal } from './006-certificate-renewal.ts';
import { up as waiting } from './007-waiting.ts';
import { up as departureReceipts } from './008-departure-receipts.ts';
import { up as decisionHistory } from './009-decision-history.ts';

/** In the order of their names. A migration that was released never changes; a new one is a file and a line. */
export const migrations: Record<string, Migration> = {
  '001-sites': { up: sites },
  '002-runs': { up: runs },
  '003-access': { up: access },
  '004-rosters': { up: rosters },
  '005-ledger': { up: ledger },
  '006-certificate-renewal': { up: certificateRenewal },
  '007-waiting': { up: waiting },
  '008-departure-receipts': { up: departureReceipts },
  '009-decision-history': { up: decisionHistory },
};
