import { page } from '../console/page.ts';
export const start = page;
