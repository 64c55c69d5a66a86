import { main } from '../../cli/main.ts';
export const start = main;
