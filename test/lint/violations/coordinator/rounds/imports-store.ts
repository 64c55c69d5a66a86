import type { RoundTable } from '../store/round-table.ts';
export type Rounds = RoundTable;
