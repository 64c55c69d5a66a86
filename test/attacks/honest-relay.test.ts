import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { systemClock } from '../../shared/clock.ts';
import type { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import { sha256 } from '../../shared/statements/digest.ts';
import { services } from '../../shared/wire/services.ts';
import { openSiteFolder } from '../../site-agent/identity/site-folder.ts';
import { Channel } from '../../site-agent/link/channel.ts';
import { expectError } from '../support/expect-error.ts';
import { patience } from '../support/patience.ts';
import { startProgramFederation, type ProgramFederation } from '../support/program-federation.ts';
import { smallPlan } from '../support/small-study.ts';

const sites = ['mercy', 'north', 'south'];

describe('a relay that does not cheat', () => {
  let relayed: ProgramFederation;
  let direct: ProgramFederation;
  before(async () => {
    relayed = await startProgramFederation(sites, { beforeStart: sameTraining });
    direct = await startProgramFederation(sites, {
      beforeStart: async (siteFolder, site, sitePort) => {
        await sameTraining(siteFolder, site);
        const file = join(siteFolder, 'site.json');
        await writeFile(file, JSON.stringify({ ...(JSON.parse(await readFile(file, 'utf8')) as object), coordinator: `127.0.0.1:${sitePort}` }));
      },
    });
  });
  after(async () => {
    await relayed?.[Symbol.asyncDispose]();
    await direct?.[Symbol.asyncDispose]();
  });

  it('changes no bit of any sum, parameter or model version of a run', async () => {
    const watched: string[] = [];
    using _watching = relayed.cheater.requests(services.contributions.Upload, async function* (messages, { site }) {
      watched.push(site);
      yield* messages;
    });
    const through = await outcome(relayed);
    expect(through.state).to.equal('COMPLETED');
    expect(through).to.deep.equal(await outcome(direct));
    expect(watched).to.include.members(sites);
  });

  it('passes a refusal on as the coordinator made it', async () => {
    const refusals = await Promise.all([relayed.cheater.port, relayed.sitePort].map((port) => refusalAt(relayed, port)));
    expect(refusals[0]).to.deep.equal(refusals[1]);
  });

  it('breaks a call off at the coordinator when the site does, and comes back with it', async () => {
    await relayed.stopAgent('mercy');
    const left = await relayed.coordinatorLog.find(({ message, site }) => message === 'A site left.' && site === 'mercy');
    await relayed.startAgent('mercy');
    await relayed.coordinatorLog.find(({ message, site, time }) => message === 'A site is at work.' && site === 'mercy' && time > left.time);
  });

  it('lets sites go on after the coordinator was away', async () => {
    await relayed.restartCoordinator();
    const run = await relayed.run(smallPlan({ study: 'after-restart' }));
    expect(run.state, run.reason).to.equal('COMPLETED');
  });
});

/** Training is drawn from a site's secret: with the same one, two federations train alike. */
async function sameTraining(siteFolder: string, site: string): Promise<void> {
  await mkdir(join(siteFolder, 'state'), { recursive: true, mode: 0o700 });
  await writeFile(join(siteFolder, 'state', 'training-secret'), sha256(`training of ${site}`), { mode: 0o600 });
}

/** Everything of a run that its keys and nonces do not change. */
async function outcome(federation: ProgramFederation) {
  const { id, state, parameters, rounds } = await federation.run(smallPlan(), 7);
  const sums = [];
  for (const { number } of rounds) {
    const answers = await federation.read.decryptions.list(`${id}.${number}`);
    sums.push(answers.map(({ answer }) => answer?.sumDigests));
  }
  const versions = (await federation.read.modelVersions.list(id)).map(({ number, weightsDigest }) => ({ number, weightsDigest }));
  return { state, parameters, sums, versions };
}

async function refusalAt(federation: ProgramFederation, port: number): Promise<Pick<ConsiliumError, 'code' | 'detail' | 'problems'>> {
  const { identity } = openSiteFolder(federation.siteFolder('mercy'));
  using channel = new Channel({ ...identity, address: { host: '127.0.0.1', port } }, systemClock);
  const { code, detail, problems } = await expectError('study-not-found', channel.unary(services.studies.GetPlan, { study: 'unheard-of' }, { signal: patience() }));
  return { code, detail, problems };
}
