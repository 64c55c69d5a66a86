import { rounds } from '../../site-agent/../shared/../coordinator/rounds/rounds.ts';
export const copy = rounds;
