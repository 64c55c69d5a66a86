import { CipherSuite } from '@hpke/core';
export const suite = CipherSuite;
