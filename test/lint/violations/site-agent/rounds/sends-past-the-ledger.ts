import type { CoordinatorLink } from '../link/coordinator-link.ts';
export const send = (link: CoordinatorLink) => link.carryOpenedSums;
