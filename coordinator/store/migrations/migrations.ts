import type { Migration } from 'kysely/migration';
import { up as sites } from './001-sites.ts';
import { up as runs } from './002-runs.ts';

/** In the order of their names. A migration that was released never changes; a new one is a file and a line. */
export const migrations: Record<string, Migration> = {
  '001-sites': { up: sites },
  '002-runs': { up: runs },
};
