import { openGroupKey } from '../encryption/group-key-box.ts';
export const open = openGroupKey;
