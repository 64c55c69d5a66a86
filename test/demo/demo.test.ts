import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import type { DemoEvent, DemoSummary } from '../../demo/demo-event.ts';
import { applyNormalisation, type Normalisation } from '../../shared/datasets/normalisation.ts';
import { readLayersModelFolder } from '../../shared/models/layers-model-folder.ts';
import { predictWithWeights } from '../../shared/models/predictions.ts';
import { planSchema } from '../../shared/studies/plan.ts';
import { openDataSet } from '../../site-agent/data/data-set.ts';
import { temporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';

const program = fileURLToPath(new URL('../../demo/main.ts', import.meta.url));
const example = new URL('../../examples/heart-disease.json', import.meta.url);

describe('the demonstration', () => {
  let temporary: TemporaryFolder;
  let exitCode: unknown;
  let events: DemoEvent[];

  before(async () => {
    temporary = temporaryFolder();
    const child = spawn(process.execPath, [program, '--json', '--synthetic', '--offline', '--rounds', '2', '--folder', join(temporary.path, 'demo')], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [output, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
    exitCode = code;
    events = output.trimEnd().split('\n').map((line) => JSON.parse(line) as DemoEvent);
  });
  after(() => temporary[Symbol.dispose]());

  function eventsOf<Name extends DemoEvent['event']>(name: Name): Extract<DemoEvent, { event: Name }>[] {
    return events.filter((event): event is Extract<DemoEvent, { event: Name }> => event.event === name);
  }

  function summary(): DemoSummary {
    return events.at(-1) as DemoSummary & DemoEvent;
  }

  it('ends with the summary that scripts rely on', () => {
    expect(exitCode).to.equal(0);
    expect(Object.keys(summary())).to.deep.equal([
      'event', 'data', 'sites', 'rounds', 'encrypted', 'pooledAccuracy', 'pooledAuc', 'bytesUpPerSiteRound', 'seconds', 'modelFolder',
    ]);
    expect(summary()).to.include({ event: 'summary', data: 'synthetic', sites: 4, rounds: 2, encrypted: true, modelFolder: join(temporary.path, 'demo', 'model') });
  });

  it('tells of every round, with all hospitals in it, and the last round has the figures of the summary', () => {
    const rounds = eventsOf('round');
    expect(rounds.map(({ round, contributors }) => [round, contributors])).to.deep.equal([[1, 4], [2, 4]]);
    expect([rounds[1]!.accuracy, rounds[1]!.auc]).to.deep.equal([summary().pooledAccuracy, summary().pooledAuc]);
    expect(summary().bytesUpPerSiteRound).to.equal((rounds[0]!.bytesUp + rounds[1]!.bytesUp) / 8);
  });

  it('compares with each hospital alone', () => {
    expect(eventsOf('hospital-alone').map(({ site, trainingRows, testRows }) => [site, trainingRows, testRows])).to.deep.equal([
      ['cleveland', 199, 104], ['hungarian', 172, 89], ['switzerland', 30, 16], ['va', 85, 45],
    ]);
  });

  it('leaves a model that opens, and that does on the test rows what the encrypted evaluation said', async () => {
    const { topology, weights } = await readLayersModelFolder(summary().modelFolder);
    const plan = planSchema.parse(JSON.parse(await readFile(example, 'utf8')));
    const card = JSON.parse(await readFile(join(summary().modelFolder, 'consilium.json'), 'utf8')) as { normalisation: { values: Normalisation['inputs'] } };
    let right = 0;
    let rows = 0;
    for (const { site } of eventsOf('data')[0]!.hospitals) {
      const { test } = await openDataSet({ 'heart-disease': { path: `hospitals/${site}.csv` } }, plan.data, join(temporary.path, 'demo'));
      const [scores] = await predictWithWeights(topology, weights, applyNormalisation(test, { inputs: card.normalisation.values }, plan.data, 'all'));
      right += scores!.filter((score, row) => (score > 0.5 ? 1 : 0) === test.targets[0]![row]).length;
      rows += test.count;
    }
    expect(right / rows).to.equal(summary().pooledAccuracy);
  });

  it('leaves no process behind', () => {
    const programs = eventsOf('program');
    expect(programs.map(({ name }) => name)).to.deep.equal(['coordinator', 'cleveland', 'hungarian', 'switzerland', 'va']);
    for (const { pid, name } of programs) expect(() => process.kill(-pid, 0), name).to.throw('ESRCH');
  });

  it('keeps a log and the last metrics of every process', async () => {
    for (const { name, log } of eventsOf('program')) {
      expect(await readFile(log, 'utf8'), name).to.contain('"level":"info"');
      expect(await readFile(join(temporary.path, 'demo', 'metrics', `${name}.prom`), 'utf8'), name).to.contain('# TYPE consilium_');
    }
  });
});
