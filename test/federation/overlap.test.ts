import { existsSync } from 'node:fs';
import { watch } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { services } from '../../shared/wire/services.ts';
import { patience } from '../support/patience.ts';
import { startProgramFederation } from '../support/program-federation.ts';
import { shortPlan } from '../support/small-study.ts';

describe('a site', () => {
  it('evaluates and seals its statistics while its update is on the way', async () => {
    await using federation = await startProgramFederation(['mercy', 'north', 'south']);
    let held = 0;
    using _holding = federation.cheater.requests(services.contributions.Upload, async function* (messages, { site }) {
      for await (const message of messages) {
        const { header } = message;
        if (site === 'south' && header?.part === 'UPDATE') {
          held++;
          await appears(join(federation.siteFolder('south'), 'state', 'runs', header.run, 'contributions'), `${header.round}.${header.attempt}.statistics.json`);
        }
        yield message;
      }
    });
    const run = await federation.run(shortPlan({ rounds: { count: 2, quorum: 3, deadlineSeconds: 60 } }));
    expect(run.state, run.reason).to.equal('COMPLETED');
    expect(held).to.equal(2);
  });
});

async function appears(folder: string, name: string): Promise<void> {
  const changes = watch(folder, { signal: patience() });
  if (existsSync(join(folder, name))) return;
  for await (const { filename } of changes) if (filename === name) return;
}
