import { generateKeyPairSync } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import type { ServedService } from '../../coordinator/rpc/server.ts';
import { silentLogger } from '../../shared/logs/logger.ts';
import { createMetricsRegistry } from '../../shared/operations/metrics-registry.ts';
import { sha256Hex } from '../../shared/statements/digest.ts';
import { signNextRoster } from '../../shared/statements/roster.ts';
import type { AssignmentInput } from '../../shared/wire/generated/consilium/v1/Assignment.ts';
import type { RosterInput } from '../../shared/wire/generated/consilium/v1/Roster.ts';
import { services } from '../../shared/wire/services.ts';
import { joinFederation } from '../../site-agent/identity/join.ts';
import { openSiteFolder } from '../../site-agent/identity/site-folder.ts';
import { AgentMetrics } from '../../site-agent/metrics/agent-metrics.ts';
import { SiteAgent } from '../../site-agent/site-agent.ts';
import { patience } from '../support/patience.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { startTestCoordinator } from '../support/test-coordinator.ts';
import { FuzzRandom } from './fuzz-random.ts';
import { mutateValue, type Names, type Value } from './value-mutation.ts';
import { mutateWire } from './wire-mutation.ts';

const assignments = 400;
const { Watch } = services.siteLink;
const leadKey = generateKeyPairSync('ed25519').privateKey;
const names: Names = { $run: 'run-1', $round: 'run-1.0', $study: 's', $digest: 'a'.repeat(64), $site: 'mercy' };
const planJson = Buffer.from('{}');

/** Work of every kind, of which nothing may be done: the site never agreed to the run. */
function work(roster: RosterInput): readonly AssignmentInput[] {
  const digest = 'a'.repeat(64);
  const bytes = (length: number) => Buffer.alloc(length, 1);
  const start = { round: 0, version: digest, parametersHash: digest, updateManifest: '', statisticsManifest: '' };
  const epoch = { federation: roster.federation, study: 's', planHash: digest, run: 'run-1', number: 1, roster, custodian: 'mercy', start };
  const signatures = [{ site: 'mercy', signature: bytes(64) }];
  const outcome = { round: 'run-1.0', attempt: 1, parts: [{ part: 'UPDATE', manifest: digest, sumDigest: digest }], version: digest, parametersHash: digest, signatures };
  const base = { digest, number: 0, parent: '', round: '', contributions: [{ site: 'mercy', digest }], sumDigest: digest, weightsDigest: digest, optimiserStateDigest: '' };
  const ground = { run: 'run-1', round: 'run-1.0', number: 0, attempt: 1, purpose: 'TRAINING', epoch: 1, base, parameters: Buffer.from('{}'), outcome };
  const manifest = { round: 'run-1.0', attempt: 1, purpose: 'TRAINING', part: 'UPDATE', layoutFingerprint: digest, parametersHash: digest, base: digest, contributions: [{ site: 'mercy', digest, nonce: bytes(16), tag: Buffer.alloc(8) }], aggregateDigest: digest, previous: '' };
  return [
    { epochKey: { epoch } },
    { groupKey: { epoch, keys: [{ site: 'mercy', publicKey: bytes(32), signature: bytes(64) }] } },
    { sealedGroupKey: { epoch, groupKeyHash: digest, box: { recipient: 'mercy', encapsulation: bytes(32), ciphertext: bytes(80), signature: bytes(64) } } },
    { round: { study: 's', planHash: digest, ground, trainingRound: 1, groupKeyHash: digest, layouts: [{ part: 'UPDATE', fingerprint: digest }], deadlineMs: 1e12 } },
    { decryption: { ground, manifests: [{ manifest, signatures }], returnSums: true } },
    { coSignature: { ground, manifests: [manifest] } },
    { epochClosing: { run: 'run-1', epoch: 1, next: start, nextRoster: roster, outcome } },
    { runEnd: { run: 'run-1' } },
    { studyProposal: { study: 's', planHash: digest, roster } },
  ] as AssignmentInput[];
}

describe('hostile assignments', () => {
  it('leave a site at work: it refuses them, makes no file of them, and considers the honest proposal that comes last', async () => {
    using folder = temporaryFolder();
    const decided = Promise.withResolvers<void>();
    let brokenStreams = 0;
    let next = 0;
    /** As bytes, so that also what is no assignment can be sent. */
    const hostileWatch = { ...Watch, responseSerialize: (assignment: AssignmentInput & { raw?: Buffer }) => assignment.raw ?? Watch.responseSerialize(assignment) };
    const honest = async () => {
      const { signingKey } = (await coordinator.store.read.sites.find('mercy'))!;
      const members = [{ site: 'mercy', signingKey }, { site: 'ghost', signingKey: Buffer.alloc(32, 1) }];
      return signNextRoster(undefined, { federation: coordinator.folder.federation.id, study: 's', planHash: sha256Hex(planJson), members }, leadKey) as RosterInput;
    };
    await using coordinator = await startTestCoordinator({
      services: (adapter): ServedService[] => [
        {
          definition: { ...services.siteLink, Watch: hostileWatch } as never,
          handlers: {
            Watch: adapter.serverStream(async function* (_site, _request, { signal }): AsyncGenerator<AssignmentInput & { raw?: Buffer }> {
              const roster = await honest();
              while (next < assignments) {
                const random = new FuzzRandom(1, next);
                const mutated = { id: `hostile ${next++}`, ...(mutateValue(random.pick(work(roster)) as Value, random, names) as AssignmentInput) };
                // Bytes that cannot be read end the stream, and the agent opens another one a little later.
                const raw = next % 100 === 0 ? { raw: mutateWire(Watch.responseSerialize(work(roster)[0]!), random).bytes } : {};
                if ('raw' in raw) brokenStreams++;
                if (canBeSent(mutated)) yield { ...mutated, ...raw };
              }
              yield { id: 'honest', studyProposal: { study: 's', planHash: roster.planHash ?? '', roster } };
              await new Promise((resolve) => signal.addEventListener('abort', resolve));
            }),
            Decline: adapter.unary(() => ({})),
          },
        },
        {
          definition: services.studies,
          handlers: {
            GetPlan: adapter.unary(() => ({ json: planJson })),
            Decide: adapter.unary((_site, { planHash }: { planHash: string }) => {
              if (planHash === sha256Hex(planJson)) decided.resolve();
              return {};
            }),
          },
        },
      ],
    });
    const siteFolder = join(folder.path, 'site');
    await joinFederation(siteFolder, await coordinator.invite('mercy'), { signal: patience() });
    const before = readdirSync(folder.path).toSorted();

    await using agent = await SiteAgent.open({ site: openSiteFolder(siteFolder), log: silentLogger, metrics: new AgentMetrics(createMetricsRegistry('site')) });
    const stop = new AbortController();
    const working = agent.work(stop.signal);
    await Promise.race([decided.promise, working.then(() => Promise.reject(new Error('The agent gave up.')))]);
    expect(next).to.equal(assignments);
    expect(brokenStreams).to.be.above(0);
    expect(readdirSync(folder.path).toSorted(), 'nothing beside the site\'s folder').to.deep.equal(before);
    expect(existsSync(join(siteFolder, 'state/keys/run-1'))).to.equal(false);
    stop.abort();
    await working;
  });
});

function canBeSent(assignment: AssignmentInput): boolean {
  try {
    return Watch.responseSerialize(assignment).length < 2 ** 20;
  } catch {
    return false; // protobuf cannot say that
  }
}
