import { discovery } from 'openid-client';
export const find = discovery;
