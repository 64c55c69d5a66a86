import { generateKeyPairSync } from 'node:crypto';
import { expect } from 'chai';
import { layoutFingerprint } from '../../../shared/layouts/vector-layout.ts';
import { silentLogger } from '../../../shared/logs/logger.ts';
import { roundLayouts } from '../../../shared/studies/round-layouts.ts';
import type { ErrorCode } from '../../../shared/errors/catalogue.ts';
import type { DecryptionRequest } from '../../../site-agent/assignments/assignment.ts';
import { KeyRing } from '../../../site-agent/encryption/key-ring.ts';
import { openSums, type DecryptionTools } from '../../../site-agent/rounds/decryption-work.ts';
import { RunSession } from '../../../site-agent/runs/run-session.ts';
import { expectError } from '../../support/expect-error.ts';
import { smallPlan } from '../../support/small-study.ts';
import { temporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.ts';

const named = (site: string, digest: string) => ({ site, digest, nonce: new Uint8Array(16), tag: new Uint8Array(8) });
const own = named('mercy', 'own');
const contributions = [own, named('north', 'n'), named('south', 's')];

describe('a site that is asked to open a sum', () => {
  let folder: TemporaryFolder;
  let session: RunSession;
  let request: DecryptionRequest;
  before(async () => {
    folder = temporaryFolder();
    session = await RunSession.open(Buffer.from(JSON.stringify(smallPlan())), { folder: folder.path, dataSets: {}, engine: 'cpu', log: silentLogger });
    const layout = roundLayouts(session.plan, session.tensors, 'normalisation', {}).get('statistics')!;
    request = {
      run: 'small-study-1',
      round: 'small-study-1.0',
      attempt: 1,
      purpose: 'normalisation',
      epoch: 4,
      base: { digest: 'b', weightsDigest: '', optimiserStateDigest: '', contributions: [] },
      parameters: {},
      sums: [{ part: 'statistics', layoutFingerprint: layoutFingerprint(layout), aggregateDigest: 'a', contributions }],
      returnSums: true,
    };
  });
  after(() => folder[Symbol.dispose]());

  type Sum = DecryptionRequest['sums'][number];
  const refusals: [title: string, code: ErrorCode, change: (sum: Sum) => Partial<Sum>, epoch?: number][] = [
    ['of another epoch', 'epoch-mismatch', () => ({}), 5],
    ['of another layout', 'layout-mismatch', () => ({ layoutFingerprint: '0' })],
    ['of a part that the round does not have', 'layout-mismatch', () => ({ part: 'update' })],
    ['without its own contribution', 'sum-refused', () => ({ contributions: [named('mercy', 'another'), ...contributions.slice(1)] })],
    ['of fewer sites than the plan asks for', 'sum-refused', () => ({ contributions: contributions.slice(0, 2) })],
    ['in which a site is counted twice', 'sum-refused', () => ({ contributions: [...contributions, named('north', 'again')] })],
  ];
  for (const [title, code, change, epoch = 4] of refusals) {
    it(`refuses one ${title}, before it looks at a ciphertext`, async () => {
      let looked = false;
      using keys = new KeyRing(folder.path);
      const tools: DecryptionTools = {
        session,
        keys,
        egress: { sealedFor: async ({ part }) => (part === 'statistics' ? { ...request, part, layoutFingerprint: '', parameterSet: '', nonce: '', totalBytes: 0, digest: own.digest, tag: '' } : undefined) },
        identity: { federation: 'f', study: 'small-study', planHash: 'p', run: request.run, epoch: 4, rosterHash: 'r' },
        signingKey: generateKeyPairSync('ed25519').privateKey,
        modelPayload: () => Promise.reject(new Error('not asked for')),
        sum: () => {
          looked = true;
          return Promise.reject(new Error('not asked for'));
        },
      };
      const sums = request.sums.map((sum) => ({ ...sum, ...change(sum) }));
      await expectError(code, openSums({ ...request, epoch, sums }, tools));
      expect(looked).to.equal(false);
    });
  }
});
