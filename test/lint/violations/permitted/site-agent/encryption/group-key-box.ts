import seal from 'node-seal';
import { CipherSuite } from '@hpke/core';
import { groupKey } from './group-key.ts';
export interface Box {
  key: SecretKey;
}
export const parts = [seal, CipherSuite, groupKey];
