import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { silentLogger, type Logger } from '../../../shared/logs/logger.ts';
import { RunEngine } from '../../../site-agent/runs/run-engine.ts';
import type { EngineChoice, EngineDescription } from '../../../site-agent/training/training-engine.ts';
import type { TrainingJob } from '../../../site-agent/training/training-job.ts';
import { expectError } from '../../support/expect-error.ts';
import { layerModel } from '../../support/layer-model.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { tfjsNodeIsInstalled } from '../training/installed-engines.ts';
import { syntheticExamples } from '../training/synthetic-examples.ts';

const { signal } = new AbortController();
const examples = syntheticExamples({ count: 32, inputShape: [5] });
const job: TrainingJob = {
  topology: layerModel(5, [{ units: 3, activation: 'relu' }, { units: 1, activation: 'sigmoid' }]),
  losses: ['binaryCrossentropy'], optimiser: { name: 'sgd', learningRate: 0.1, momentum: 0 }, batchSize: 8,
  inputShape: [5], targetWidths: [1], train: examples, test: examples,
};

/** The engine with which a run is trained by an agent that starts with this setting. */
async function engineOf(file: string, choice: EngineChoice, log: Logger = silentLogger): Promise<EngineDescription> {
  await using trainer = await new RunEngine(file, choice, log).start(job, signal);
  return trainer.engine;
}

describe('the engine of a run', () => {
  it('stays what it was when the agent is started again with another setting', async () => {
    using folder = temporaryFolder();
    const file = join(folder.path, 'engine.json');
    const first = await engineOf(file, 'wasm');
    expect(first.name).to.equal('wasm');
    for (const choice of ['cpu', 'auto', 'wasm'] as const) expect(await engineOf(file, choice)).to.deep.equal(first);
    expect((await engineOf(join(folder.path, 'next-run.json'), 'cpu')).name).to.equal('cpu');
  });

  it('that has another version than it began with is an error that names both, and it is not trained with', async () => {
    using folder = temporaryFolder();
    const file = join(folder.path, 'engine.json');
    const began = { ...(await engineOf(file, 'wasm')), version: '4.21.0' };
    await writeFile(file, JSON.stringify(began));
    const error = await expectError('engine-changed', engineOf(file, 'wasm'));
    expect(error.detail).to.match(/^The run began with wasm 4\.21\.0 \(.*\); this machine now has wasm 4\.22\.0 \(.*\)\.$/);
    expect(JSON.parse(await readFile(file, 'utf8'))).to.deep.equal(began);
  });

  it('that is not there any more is an error that names it, and no other takes its place', async function () {
    if (tfjsNodeIsInstalled) this.skip();
    using folder = temporaryFolder();
    const file = join(folder.path, 'engine.json');
    await writeFile(file, JSON.stringify({ name: 'tfjs-node', version: '4.22.0', backend: 'TensorFlow 2.10.1', threads: 2 }));
    const error = await expectError('engine-changed', engineOf(file, 'auto'));
    expect(error.detail).to.equal('The run began with tfjs-node 4.22.0 (TensorFlow 2.10.1, 2 threads); it does not load any more.');
  });

  it('computes with as many threads as it began with', async function () {
    if (!tfjsNodeIsInstalled) this.skip();
    using folder = temporaryFolder();
    const file = join(folder.path, 'engine.json');
    const began = { ...(await engineOf(file, 'tfjs-node')), threads: 3 };
    await writeFile(file, JSON.stringify(began));
    expect(await engineOf(file, 'wasm')).to.deep.equal(began);
  });

  it('is, with auto, the one that was faster with the run\'s own model, and the log tells the figures', async () => {
    using folder = temporaryFolder();
    const file = join(folder.path, 'engine.json');
    const lines: string[] = [];
    const log = { ...silentLogger, info: (line: string) => lines.push(line) } as unknown as Logger;
    const { name } = await engineOf(file, 'auto', log);
    const figures = [...(lines[0] as string).matchAll(/A step takes (\S+) ms with (\S+)\./g)].map(([, ms, engine]) => ({ ms: Number(ms), engine }));
    expect(figures.map(({ engine }) => engine)).to.deep.equal(tfjsNodeIsInstalled ? ['tfjs-node', 'wasm'] : []);
    const fastest = figures.toSorted((left, right) => left.ms - right.ms)[0]?.engine ?? 'wasm';
    expect(name).to.equal(fastest);
    expect(lines[0]).to.match(new RegExp(`Training with ${fastest}\\.$`));
    expect(await engineOf(file, 'auto')).to.include({ name });
  });

  it('is not chosen once the work was called off', async () => {
    using folder = temporaryFolder();
    await expectError('cancelled', new RunEngine(join(folder.path, 'engine.json'), 'auto', silentLogger).start(job, AbortSignal.abort()));
    await expectError('cancelled', new RunEngine(join(folder.path, 'engine.json'), 'wasm', silentLogger).start(job, AbortSignal.abort()));
  });
});
