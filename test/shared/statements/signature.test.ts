import { generateKeyPairSync } from 'node:crypto';
import { expect } from 'chai';
import { publicKeyFromRaw, rawPublicKey, signStatement, verifyStatement } from '../../../shared/statements/signature.ts';

describe('signed statements', () => {
  const { privateKey } = generateKeyPairSync('ed25519');
  const rawKey = rawPublicKey(privateKey);
  const signature = signStatement(privateKey, 'consilium/example/1', [['run', 'r1']]);

  it('verify with the raw public key', () => {
    expect(rawKey).to.have.length(32);
    expect(verifyStatement(rawKey, 'consilium/example/1', [['run', 'r1']], signature)).to.equal(true);
  });

  it('do not verify for another field, domain, key or signature', () => {
    const other = rawPublicKey(generateKeyPairSync('ed25519').privateKey);
    expect(verifyStatement(rawKey, 'consilium/example/1', [['run', 'r2']], signature)).to.equal(false);
    expect(verifyStatement(rawKey, 'consilium/example/2', [['run', 'r1']], signature)).to.equal(false);
    expect(verifyStatement(other, 'consilium/example/1', [['run', 'r1']], signature)).to.equal(false);
    expect(verifyStatement(rawKey, 'consilium/example/1', [['run', 'r1']], signature.map((byte) => byte ^ 1))).to.equal(false);
  });

  it('do not verify when key or signature has the wrong length, and do not throw', () => {
    expect(verifyStatement(rawKey.subarray(1), 'consilium/example/1', [['run', 'r1']], signature)).to.equal(false);
    expect(verifyStatement(rawKey, 'consilium/example/1', [['run', 'r1']], Buffer.alloc(0))).to.equal(false);
  });

  it('raw public keys survive the way out and back', () => {
    for (const [curve, key] of [['Ed25519', privateKey], ['X25519', generateKeyPairSync('x25519').privateKey]] as const) {
      expect(rawPublicKey(publicKeyFromRaw(curve, rawPublicKey(key)))).to.deep.equal(rawPublicKey(key));
    }
  });
});
