import { tagKey } from '../encryption/mac-key.ts';

export const tag = tagKey;
