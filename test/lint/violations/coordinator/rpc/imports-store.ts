import { table } from '../store/round-table.ts';
export const rounds = table;
