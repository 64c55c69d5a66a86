import { Clock } from '../shared/clock.ts';
export const clocks: Clock[] = [];
