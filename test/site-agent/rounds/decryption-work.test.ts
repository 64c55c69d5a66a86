import { expect } from 'chai';
import { join } from 'node:path';
import type { ErrorCode } from '../../../shared/errors/catalogue.ts';
import { ConsiliumError } from '../../../shared/errors/consilium-error.ts';
import type { Part } from '../../../shared/layouts/vector-layout.ts';
import { Cohorts } from '../../../site-agent/agreement/cohorts.ts';
import { coSign } from '../../../site-agent/agreement/co-signatures.ts';
import { ManifestChain } from '../../../site-agent/agreement/manifest-chain.ts';
import { SignedManifests } from '../../../site-agent/agreement/signed-manifests.ts';
import type { DecryptionRequest } from '../../../site-agent/assignments/assignment.ts';
import { openSums, type DecryptionTools } from '../../../site-agent/rounds/decryption-work.ts';
import { DecryptionStop } from '../../../site-agent/rounds/decryption-stop.ts';
import { SeenRun } from '../../support/agreement.ts';
import { expectError } from '../../support/expect-error.ts';
import { temporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.ts';

describe('a site that is asked to open a sum', () => {
  let folder: TemporaryFolder;
  let run: SeenRun;
  let request: DecryptionRequest;
  /** Which uses of the run's keys happened, in order. */
  let used: ('verify' | 'decrypt')[];
  beforeEach(async () => {
    folder = temporaryFolder();
    run = await SeenRun.of(['mercy', 'north', 'south'], folder.path);
    used = [];
    const ground = run.ground(0);
    const manifest = run.manifest(ground, 'statistics');
    const signatures = [...run.keys].map(([site, key]) => ({ site, signature: coSign([manifest], run.pinned, key)[0]!.signature }));
    request = { ...ground, manifests: [{ manifest, signatures }], returnSums: true };
  });
  afterEach(() => folder[Symbol.dispose]());

  /** Keys that only tell that they were used: everything else must have been decided before. */
  const tools = (verdict: boolean | ErrorCode = false): DecryptionTools => {
    const { manifest } = request.manifests[0]!;
    const own = manifest.contributions.find(({ site }) => site === 'mercy')!;
    return {
      site: 'mercy',
      pinned: run.pinned,
      session: run.session,
      signed: new SignedManifests(join(folder.path, 'signed')),
      chain: new ManifestChain(join(folder.path, 'run')),
      cohorts: new Cohorts(join(folder.path, 'cohorts')),
      acceptedCohorts: [],
      minimumContributors: 0,
      ownContribution: async (part: Part) => (part === 'statistics' ? { ...own, acknowledged: true } : undefined),
      stop: new DecryptionStop(join(folder.path, 'run'), run.pinned.epoch),
      signingKey: run.keys.get('mercy')!,
      keys: {
        verifySum: async () => {
          used.push('verify');
          if (typeof verdict === 'string') throw new ConsiliumError(verdict);
          return verdict;
        },
        decrypt: () => {
          used.push('decrypt');
          return Promise.reject(new Error('far enough'));
        },
      },
      modelPayload: () => Promise.reject(new Error('not asked for')),
      sum: async () => join(folder.path, 'sum'),
    };
  };

  const refusals: [title: string, code: ErrorCode, change: () => DecryptionRequest][] = [
    ['on a ground that nobody signed', 'outcome-not-signed', () => ({ ...request, base: run.version(0, 'doctored') })],
    ['of another layout', 'layout-mismatch', () => withManifest({ layoutFingerprint: '0' })],
    ['of a part that the round does not have', 'manifest-refused', () => withManifest({ part: 'update' })],
    ['of fewer sites than the plan asks for', 'manifest-refused', () => withManifest({ contributions: request.manifests[0]!.manifest.contributions.slice(0, 2) })],
    ['over another aggregate than members signed', 'co-signatures-missing', () => withManifest({ aggregateDigest: 'f'.repeat(64) })],
    ['that too few members signed', 'co-signatures-missing', () => ({ ...request, manifests: request.manifests.map(({ manifest, signatures }) => ({ manifest, signatures: signatures.slice(0, 1) })) })],
  ];
  const withManifest = (change: Partial<DecryptionRequest['manifests'][number]['manifest']>): DecryptionRequest => ({
    ...request,
    manifests: request.manifests.map(({ manifest, signatures }) => ({ manifest: { ...manifest, ...change }, signatures })),
  });
  for (const [title, code, change] of refusals) {
    it(`refuses one ${title} without a key, and opens nothing more in the epoch`, async () => {
      await expectError(code, openSums(change(), tools()));
      expect(used).to.deep.equal([]);
      await expectError('decryption-stopped', openSums(request, tools(true)));
      expect(used).to.deep.equal([]);
    });
  }

  const forgeries: [title: string, code: ErrorCode, verdict: boolean | ErrorCode][] = [
    ['whose tag is another', 'tag-mismatch', false],
    ['with a ciphertext in another form', 'ciphertext-form', 'ciphertext-form'],
    ['of too few or too many ciphertexts', 'ciphertext-count', 'ciphertext-count'],
  ];
  for (const [title, code, verdict] of forgeries) {
    it(`refuses one ${title} without the secret key, and answers nothing else for the rest of the epoch, also after a restart`, async () => {
      await expectError(code, openSums(request, tools(verdict)));
      await expectError('decryption-stopped', openSums(request, tools(true)));
      expect(used).to.deep.equal(['verify']);
    });
  }

  it('refuses those of all other rounds of the epoch after one whose tag was another', async () => {
    await expectError('tag-mismatch', openSums(request, tools(false)));
    await expectError('decryption-stopped', openSums({ ...request, round: `${run.pinned.run}.1`, number: 1 }, tools(true)));
    expect(used).to.deep.equal(['verify']);
  });

  it('refuses one of another epoch, and goes on with its own', async () => {
    await expectError('epoch-mismatch', openSums({ ...request, epoch: 5 }, tools(true)));
    await openSums(request, tools(true)).catch(() => undefined);
    expect(used).to.deep.equal(['verify', 'decrypt']);
  });

  it('uses the secret key only after the tag', async () => {
    await openSums(request, tools(true)).catch(() => undefined);
    expect(used).to.deep.equal(['verify', 'decrypt']);
  });
});
