import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { silentLogger } from '../../../shared/logs/logger.ts';
import { createMetricsRegistry } from '../../../shared/operations/metrics-registry.ts';
import type { AssignmentInput } from '../../../shared/wire/generated/consilium/v1/Assignment.ts';
import { services } from '../../../shared/wire/services.ts';
import { joinFederation } from '../../../site-agent/identity/join.ts';
import { openSiteFolder } from '../../../site-agent/identity/site-folder.ts';
import { AgentMetrics } from '../../../site-agent/metrics/agent-metrics.ts';
import { SiteAgent } from '../../../site-agent/site-agent.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { startTestCoordinator } from '../../support/test-coordinator.ts';

const epoch = {
  federation: 'f',
  study: 's',
  planHash: 'a'.repeat(64),
  run: 'run-1',
  number: 1,
  roster: [{ site: 'mercy', signingKey: Buffer.alloc(32) }, { site: 'ghost', signingKey: Buffer.alloc(32, 1) }],
  custodian: 'mercy',
};

/** Work that no honest coordinator sends, and the code of the refusal, where the work can be named at all. */
const hostile: readonly [title: string, work: AssignmentInput, refusal?: string][] = [
  ['the end of a run that is a way out of the folder', { runEnd: { run: '../..' } }],
  ['the end of a run without a name', { runEnd: { run: '' } }],
  ['an epoch key for a run that is a path', { epochKey: { epoch: { ...epoch, run: '../../other' } } }],
  ['work of a kind that does not exist', {}],
  ['a round of another run', { round: { run: 'run-1', round: '../run-1.0', purpose: 'TRAINING', base: { weightsDigest: 'a'.repeat(64) } } }],
  ['a base model whose digest is a path', { round: { run: 'run-1', round: 'run-1.0', purpose: 'TRAINING', base: { weightsDigest: '../../keys/signing.pem' } } }],
  ['a sum whose contribution has a tag of seven bytes', decryptionOf({ nonce: Buffer.alloc(16), tag: Buffer.alloc(7) })],
  ['a sum whose contribution has a tag that is no number below q', decryptionOf({ nonce: Buffer.alloc(16), tag: Buffer.alloc(8, 0xff) })],
  ['a sum whose contribution has a short nonce', decryptionOf({ nonce: Buffer.alloc(15), tag: Buffer.alloc(8) })],
  ['a sum of a run that the site never agreed to', decryptionOf({ nonce: Buffer.alloc(16), tag: Buffer.alloc(8) }), 'run-not-found'],
  ['a group key for a run that the site never agreed to', { groupKey: { epoch, keys: [] } }, 'run-not-found'],
  ['a sealed group key for such a run', { sealedGroupKey: { epoch, groupKeyHash: 'b', box: { recipient: 'mercy' } } }, 'run-not-found'],
];

describe('A site agent whose coordinator is hostile', () => {
  it('refuses every piece of work that is not what it should be, touches no file, and goes on working', async () => {
    using folder = temporaryFolder();
    const declined: string[] = [];
    const lastDecline = Promise.withResolvers<void>();
    const refused = hostile.filter(([, , refusal]) => refusal !== undefined);
    await using coordinator = await startTestCoordinator({
      services: (adapter) => [
        {
          definition: services.siteLink,
          handlers: {
            Watch: adapter.serverStream(async function* (_site, _request, { signal }): AsyncGenerator<AssignmentInput> {
              for (const [id, work] of hostile) yield { id, ...work };
              await new Promise((resolve) => signal.addEventListener('abort', resolve));
            }),
            Decline: adapter.unary((_site, request: { assignment: string; code: string }) => {
              declined.push(`${request.assignment}: ${request.code}`);
              if (declined.length === refused.length) lastDecline.resolve();
              return {};
            }),
          },
        },
      ],
    });
    const siteFolder = join(folder.path, 'site');
    await joinFederation(siteFolder, await coordinator.invite('mercy'), { signal: AbortSignal.timeout(10_000) });
    const neighbour = join(folder.path, 'other');
    mkdirSync(neighbour);
    writeFileSync(join(neighbour, 'record'), 'untouched');

    await using agent = new SiteAgent({ site: openSiteFolder(siteFolder), log: silentLogger, metrics: new AgentMetrics(createMetricsRegistry('site')) });
    const stop = new AbortController();
    const working = agent.work(stop.signal);
    await Promise.race([lastDecline.promise, working]);

    expect(declined).to.have.members(refused.map(([title, , refusal]) => `${title}: ${refusal}`));
    expect(existsSync(join(siteFolder, 'site.json')) && existsSync(join(siteFolder, 'keys/signing.pem'))).to.equal(true);
    expect(readFileSync(join(neighbour, 'record'), 'utf8')).to.equal('untouched');
    expect(existsSync(join(siteFolder, 'state/keys/run-1'))).to.equal(false);
    stop.abort();
    await working;
  });
});

function decryptionOf(contribution: { nonce: Buffer; tag: Buffer }): AssignmentInput {
  const sum = { part: 'UPDATE' as const, aggregateDigest: 'a'.repeat(64), contributions: [{ site: 'mercy', digest: 'a'.repeat(64), ...contribution }] };
  return { decryption: { run: 'run-1', round: 'run-1.0', purpose: 'TRAINING', base: { weightsDigest: 'a'.repeat(64) }, sums: [sum], parameters: Buffer.from('{}') } };
}
