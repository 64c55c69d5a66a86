import { generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { silentLogger } from '../../../shared/logs/logger.ts';
import { createMetricsRegistry } from '../../../shared/operations/metrics-registry.ts';
import type { ServedService } from '../../../coordinator/rpc/server.ts';
import type { AssignmentInput } from '../../../shared/wire/generated/consilium/v1/Assignment.ts';
import { services } from '../../../shared/wire/services.ts';
import { sha256Hex } from '../../../shared/statements/digest.ts';
import { firstEpochStart } from '../../../shared/statements/epoch-start.ts';
import { rosterHash, signNextRoster, signRoster, type Roster } from '../../../shared/statements/roster.ts';
import type { RosterInput } from '../../../shared/wire/generated/consilium/v1/Roster.ts';
import { joinFederation } from '../../../site-agent/identity/join.ts';
import { openSiteFolder } from '../../../site-agent/identity/site-folder.ts';
import { AgentMetrics } from '../../../site-agent/metrics/agent-metrics.ts';
import { SiteAgent } from '../../../site-agent/site-agent.ts';
import { patience } from '../../support/patience.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { startTestCoordinator } from '../../support/test-coordinator.ts';

const leadKey = generateKeyPairSync('ed25519').privateKey;
const study = { federation: '7a5b9d0e-6a5e-4b64-8a39-0d9f9a6f1f55', study: 's', planHash: 'a'.repeat(64) };
const members = [{ site: 'mercy', signingKey: Buffer.alloc(32) }, { site: 'ghost', signingKey: Buffer.alloc(32, 1) }];
const roster = signNextRoster(undefined, { ...study, members }, leadKey) as RosterInput;
const signed = (changes: Partial<Roster>) => signRoster({ ...study, members, version: 1, previousHash: '', ...changes }, leadKey) as RosterInput;
const epoch = { ...study, run: 'run-1', number: 1, roster, custodian: 'mercy', start: { version: 'a'.repeat(64) } };
const proposal = { study: study.study, planHash: study.planHash, roster };

const ground = { run: 'run-1', round: 'run-1.0', purpose: 'TRAINING' as const, base: { weightsDigest: 'a'.repeat(64) }, parameters: Buffer.from('{}') };

/** Work that no honest coordinator sends, and the code with which the coordinator hears of the refusal, where the work names a run. */
const hostile: readonly [title: string, work: AssignmentInput, refusal?: string][] = [
  ['the end of a run that is a way out of the folder', { runEnd: { run: '../..' } }],
  ['the end of a run without a name', { runEnd: { run: '' } }],
  ['an epoch key for a run that is a path', { epochKey: { epoch: { ...epoch, run: '../../other' } } }],
  ['an epoch without a roster', { epochKey: { epoch: { ...epoch, roster: null } } }, 'invalid-request'],
  ['an epoch whose roster has one member more than was signed', { groupKey: { epoch: { ...epoch, roster: { ...roster, members: [...members, { site: 'spy', signingKey: Buffer.alloc(32, 2) }] } } } }, 'signature-invalid'],
  ['an epoch with the roster of another study', { epochKey: { epoch: { ...epoch, roster: signed({ study: 'other' }) } } }, 'invalid-request'],
  ['a proposal whose roster nobody signed', { studyProposal: { ...proposal, roster: { ...roster, signature: Buffer.alloc(64) } } }],
  ['a proposal for another plan than its roster is for', { studyProposal: { ...proposal, planHash: 'b'.repeat(64) } }],
  ['a proposal of a study that is a way out of the folder', { studyProposal: { ...proposal, study: '../s', roster: signed({ study: '../s' }) } }],
  ['a proposal with a member whose name is a path', { studyProposal: { ...proposal, roster: signed({ members: [...members, { site: '../x', signingKey: Buffer.alloc(32) }] }) } }],
  ['a proposal with more members than any roster', { studyProposal: { ...proposal, roster: signed({ members: Array.from({ length: 1025 }, (_, n) => ({ site: `s${n}`, signingKey: Buffer.alloc(32) })) }) } }],
  ['a proposal of another federation, with another key for this site', { studyProposal: proposal }],
  ['work of a kind that does not exist', {}],
  ['a round of another run', { round: { ground: { ...ground, round: '../run-1.0' } } }, 'invalid-request'],
  ['a base model whose digest is a path', { round: { ground: { ...ground, base: { weightsDigest: '../../keys/signing.pem' } } } }, 'invalid-request'],
  ['a sum whose contribution has a tag of seven bytes', decryptionOf({ nonce: Buffer.alloc(16), tag: Buffer.alloc(7) }), 'tag-malformed'],
  ['a sum whose contribution has a tag that is no number below q', decryptionOf({ nonce: Buffer.alloc(16), tag: Buffer.alloc(8, 0xff) }), 'tag-malformed'],
  ['a sum whose contribution has a short nonce', decryptionOf({ nonce: Buffer.alloc(15), tag: Buffer.alloc(8) }), 'invalid-request'],
  ['a sum of a run that the site never agreed to', decryptionOf({ nonce: Buffer.alloc(16), tag: Buffer.alloc(8) }), 'run-not-found'],
  ['a group key for a run that the site never agreed to', { groupKey: { epoch, keys: [] } }, 'run-not-found'],
  ['a sealed group key for such a run', { sealedGroupKey: { epoch, groupKeyHash: 'b', box: { recipient: 'mercy' } } }, 'run-not-found'],
];

describe('A site agent whose coordinator is hostile', () => {
  it('refuses every piece of work that is not what it should be, touches no file, and goes on working', async () => {
    using folder = temporaryFolder();
    const declined: string[] = [];
    const decided: string[] = [];
    const lastDecline = Promise.withResolvers<void>();
    const lastDecision = Promise.withResolvers<void>();
    const unapproved = 'keys for a study that nobody approved';
    const planJson = Buffer.from('{}');
    const honestRoster = async () => {
      const { signingKey } = (await coordinator.store.read.sites.find('mercy'))!;
      const asJoined = [{ site: 'mercy', signingKey }, members[1]!];
      return signNextRoster(undefined, { federation: coordinator.folder.federation.id, study: 's', planHash: sha256Hex(planJson), members: asJoined }, leadKey);
    };
    const refused = hostile.filter(([, , refusal]) => refusal !== undefined);
    await using coordinator = await startTestCoordinator({
      services: (adapter): ServedService[] => [
        {
          definition: services.siteLink,
          handlers: {
            Watch: adapter.serverStream(async function* (_site, _request, { signal }): AsyncGenerator<AssignmentInput> {
              for (const [id, work] of hostile) yield { id, ...work };
              const { study: name, planHash, ...rest } = await honestRoster();
              yield { id: 'an honest proposal', studyProposal: { study: name, planHash, roster: { study: name, planHash, ...rest } as RosterInput } };
              yield { id: unapproved, epochKey: { epoch: { ...rest, study: name, planHash, run: 'run-2', number: 2, custodian: 'mercy', start: firstEpochStart('a'.repeat(64)), roster: { study: name, planHash, ...rest } as RosterInput } } };
              await new Promise((resolve) => signal.addEventListener('abort', resolve));
            }),
            Decline: adapter.unary((_site, request: { assignment: string; code: string }) => {
              declined.push(`${request.assignment}: ${request.code}`);
              if (declined.length === refused.length + 1) lastDecline.resolve();
              return {};
            }),
          },
        },
        {
          definition: services.studies,
          handlers: {
            GetPlan: adapter.unary(() => ({ json: planJson })),
            Decide: adapter.unary((_site, request: { rosterHash: string }) => {
              decided.push(request.rosterHash);
              lastDecision.resolve();
              return {};
            }),
          },
        },
      ],
    });
    const siteFolder = join(folder.path, 'site');
    await joinFederation(siteFolder, await coordinator.invite('mercy'), { signal: patience() });
    const neighbour = join(folder.path, 'other');
    mkdirSync(neighbour);
    writeFileSync(join(neighbour, 'record'), 'untouched');

    await using agent = await SiteAgent.open({ site: openSiteFolder(siteFolder), log: silentLogger, metrics: new AgentMetrics(createMetricsRegistry('site')) });
    const stop = new AbortController();
    const working = agent.work(stop.signal);
    await Promise.race([Promise.all([lastDecline.promise, lastDecision.promise]), working]);

    expect(declined).to.have.members([...refused.map(([title, , refusal]) => `${title}: ${refusal}`), `${unapproved}: study-not-approved`]);
    expect(decided, 'only the honest proposal is considered').to.deep.equal([rosterHash(await honestRoster())]);
    expect(existsSync(join(siteFolder, 'site.json')) && existsSync(join(siteFolder, 'keys/signing.pem'))).to.equal(true);
    expect(readFileSync(join(neighbour, 'record'), 'utf8')).to.equal('untouched');
    expect(existsSync(join(siteFolder, 'state/keys/run-1'))).to.equal(false);
    stop.abort();
    await working;
  });
});

function decryptionOf(contribution: { nonce: Buffer; tag: Buffer }): AssignmentInput {
  const manifest = { purpose: 'TRAINING' as const, part: 'UPDATE' as const, aggregateDigest: 'a'.repeat(64), contributions: [{ site: 'mercy', digest: 'a'.repeat(64), ...contribution }] };
  return { decryption: { ground, manifests: [{ manifest }] } };
}
