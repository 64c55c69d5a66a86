import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { createInterface } from 'node:readline';
import { expect } from 'chai';
import { initialWeights } from '../../../shared/models/model-description.ts';
import { startTrainer, type Trainer } from '../../../site-agent/training/trainer.ts';
import { engineText } from '../../../site-agent/training/training-engine.ts';
import type { TrainingJob } from '../../../site-agent/training/training-job.ts';
import { childPids } from '../../support/child-processes.ts';
import { expectError } from '../../support/expect-error.ts';
import { tfjsNodeIsInstalled } from './installed-engines.ts';
import { layer } from './layer-models.ts';
import { syntheticExamples } from './synthetic-examples.ts';

const randomnessKey = Buffer.alloc(32, 11);
const logistic = layer('Sequential', { layers: [layer('Dense', { units: 1, activation: 'sigmoid', batch_input_shape: [null, 13] })] });
const withDropout = layer('Sequential', {
  layers: [layer('Dense', { units: 8, batch_input_shape: [null, 13] }), layer('Dropout', { rate: 0.5 }), layer('Dense', { units: 1, activation: 'sigmoid' })],
});

function job(changes: Partial<TrainingJob> = {}): TrainingJob {
  const examples = syntheticExamples({ count: 50, inputShape: [13] });
  return {
    topology: logistic, losses: ['binaryCrossentropy'], optimiser: { name: 'sgd', learningRate: 0.1, momentum: 0 }, batchSize: 4,
    inputShape: [13], targetWidths: [1], train: examples, test: syntheticExamples({ count: 300, inputShape: [13] }), ...changes,
  };
}

const nativeThreads = `${availableParallelism()} ${availableParallelism() === 1 ? 'thread' : 'threads'}`;
const described = {
  'wasm': 'wasm 4.22.0 (WebAssembly with SIMD, 1 thread)',
  'tfjs-node': `tfjs-node 4.22.0 (TensorFlow 2.10.1, ${nativeThreads})`,
};

for (const engine of ['wasm', ...(tfjsNodeIsInstalled ? ['tfjs-node' as const] : [])] as const) {
  describe(`trainer with ${engine}`, () => {
    let trainer: Trainer;

    before(async () => {
      trainer = await startTrainer({ engine });
    });
    after(() => trainer[Symbol.asyncDispose]());

    it('says which engine it uses', () => {
      expect(engineText(trainer.engine)).to.equal(described[engine]);
    });

    it('trains a model that fits the data better', async () => {
      await trainer.prepare(job());
      const weights = await initialWeights(logistic, randomnessKey);
      const first = await trainer.train({ weights, steps: 100, randomnessKey });
      expect(first.steps).to.equal(100);
      const later = await trainer.train({ weights: first.weights, steps: 100, randomnessKey });
      expect(later.meanLoss).to.be.below(first.meanLoss);
    });

    for (const [name, changes] of [['adam and dropout', { topology: withDropout, optimiser: { name: 'adam', learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 } }], ['momentum', { optimiser: { name: 'sgd', learningRate: 0.1, momentum: 0.9 } }]] as const) {
      it(`with ${name}, the same weights and key give the same result, also in another process; another key does not`, async () => {
        const again = job(changes);
        const weights = await initialWeights(again.topology, randomnessKey);
        await trainer.prepare(again);
        const result = await trainer.train({ weights, steps: 30, randomnessKey });
        expect(await trainer.train({ weights, steps: 30, randomnessKey })).to.deep.equal(result);
        expect((await trainer.train({ weights, steps: 30, randomnessKey: Buffer.alloc(32, 12) })).weights).not.to.deep.equal(result.weights);

        await using other = await startTrainer({ engine });
        await other.prepare(again);
        expect(await other.train({ weights, steps: 30, randomnessKey })).to.deep.equal(result);
      });
    }

    it('predicts every row of the split asked for, in batches', async () => {
      const both = job();
      await trainer.prepare(both);
      const weights = await initialWeights(logistic, randomnessKey);
      const [scores] = await trainer.predict({ weights, examples: 'test' });
      expect(scores).to.have.lengthOf(300);
      const logit = both.test.inputs.subarray(299 * 13).reduce((sum, value, at) => sum + value * (weights[at] as number), weights[13] as number);
      expect(scores?.[299]).to.be.closeTo(1 / (1 + Math.exp(-logit)), 1e-6);
      expect((await trainer.predict({ weights, examples: 'train' }))[0]).to.have.lengthOf(50);
    });

    it('that diverges says at which step', async () => {
      await trainer.prepare(job({ losses: ['meanSquaredError'], topology: layer('Sequential', { layers: [layer('Dense', { units: 1, batch_input_shape: [null, 13] })] }), optimiser: { name: 'sgd', learningRate: 1000, momentum: 0 } }));
      const error = await expectError('training-failed', trainer.train({ weights: new Float32Array(14).fill(1), steps: 500, randomnessKey }));
      expect(error.detail).to.match(/^It diverged at step \d+:/);
    });

    it('tells of a failure without the values of a row', async () => {
      const embedding = layer('Sequential', { layers: [layer('Embedding', { input_dim: 5, output_dim: 1, batch_input_shape: [null, 13] }), layer('Flatten'), layer('Dense', { units: 1 })] });
      const examples = { count: 4, inputs: new Float32Array(4 * 13).fill(7331), targets: [new Float32Array(4)] };
      await trainer.prepare(job({ topology: embedding, train: examples }));
      const error = await expectError('training-failed', trainer.train({ weights: new Float32Array(5 + 14), steps: 1, randomnessKey }));
      expect(error.detail).to.equal('An embedding was given an index that is outside of its table.');
      expect(String((error.cause as Error).message)).to.include('prepared-training').and.not.to.include('7331');
    });

    it('fails on weights of another model, and goes on working', async () => {
      await trainer.prepare(job());
      await expectError('training-failed', trainer.train({ weights: new Float32Array(3), steps: 1, randomnessKey }));
      await trainer.train({ weights: new Float32Array(14), steps: 1, randomnessKey });
    });

    it('reports progress and stops when the call is cancelled', async () => {
      await trainer.prepare(job());
      const cancellation = new AbortController();
      const steps: number[] = [];
      const training = trainer.train({
        weights: new Float32Array(14), steps: 1_000_000, randomnessKey, signal: cancellation.signal,
        onProgress: ({ step }) => {
          steps.push(step);
          if (steps.length === 2) cancellation.abort();
        },
      });
      await expectError('cancelled', training);
      expect(steps[1]).to.be.above(steps[0] as number);
      await trainer.train({ weights: new Float32Array(14), steps: 1, randomnessKey });
    });

    it('does not begin what was cancelled while it waited', async () => {
      await trainer.prepare(job());
      const [holding, cancellation] = [new AbortController(), new AbortController()];
      const begun: string[] = [];
      const train = (name: string, signal: AbortSignal) =>
        trainer.train({ weights: new Float32Array(14), steps: 1_000_000, randomnessKey, signal, onProgress: () => begun.push(name) });
      const [first, second] = [train('first', holding.signal), train('second', cancellation.signal)];
      cancellation.abort();
      holding.abort();
      await expectError('cancelled', first);
      await expectError('cancelled', second);
      expect(begun).not.to.include('second');
    });

    it('times a step of the job, and trains the same afterwards', async () => {
      await trainer.prepare(job());
      const train = () => trainer.train({ weights: new Float32Array(14), steps: 5, randomnessKey });
      const result = await train();
      expect((await trainer.time()).stepMs).to.be.above(0);
      expect(await train()).to.deep.equal(result);
    });

    it('trains 100 small steps in well under a second', async function () {
      if (engine !== 'wasm') this.skip();
      await trainer.prepare(job());
      await trainer.train({ weights: new Float32Array(14), steps: 100, randomnessKey });
      const start = performance.now();
      await trainer.train({ weights: new Float32Array(14), steps: 100, randomnessKey });
      expect(performance.now() - start).to.be.below(1000);
    });
  });
}

describe('trainer process', () => {
  it('is killed by the signal in the middle of its work', async () => {
    const kill = new AbortController();
    await using trainer = await startTrainer({ engine: 'wasm', signal: kill.signal });
    await trainer.prepare(job());
    const training = trainer.train({ weights: new Float32Array(14), steps: 1_000_000, randomnessKey, onProgress: () => kill.abort() });
    await expectError('cancelled', training);
    await expectError('cancelled', trainer.predict({ weights: new Float32Array(14), examples: 'test' }));
  });

  it('that does not get the engine it was asked for does not start', async function () {
    if (tfjsNodeIsInstalled) this.skip();
    const error = await expectError('engine-unavailable', startTrainer({ engine: 'tfjs-node' }));
    expect(error.detail).to.equal('The engine is tfjs-node.');
  });

  it('that dies takes its calls with it, and they say how', async () => {
    const before = await childPids();
    await using trainer = await startTrainer({ engine: 'wasm' });
    await trainer.prepare(job());
    const pid = (await childPids()).find((pid) => !before.includes(pid)) as number;
    const training = trainer.train({ weights: new Float32Array(14), steps: 1_000_000, randomnessKey, onProgress: () => process.kill(pid, 'SIGKILL') });
    const error = await expectError('trainer-ended', training);
    expect(error.detail).to.equal('It ended (SIGKILL).');
  });

  it('ends with the agent that started it, in the middle of its work', async () => {
    const script = `
      import { startTrainer } from ${JSON.stringify(new URL('../../../site-agent/training/trainer.ts', import.meta.url).href)};
      import { readFileSync } from 'node:fs';
      const trainer = await startTrainer({ engine: 'wasm' });
      const { job, request } = ${JSON.stringify({ job: job({ train: noExamples, test: noExamples }), request: { steps: 1e9 } })};
      job.train = { count: 4, inputs: new Float32Array(4 * 13), targets: [new Float32Array(4)] };
      await trainer.prepare(job);
      const onProgress = () => console.log(readFileSync('/proc/self/task/' + process.pid + '/children', 'utf8').trim());
      await trainer.train({ ...request, weights: new Float32Array(14), randomnessKey: new Uint8Array(32), onProgress });
    `;
    const agent = spawn(process.execPath, ['--input-type=module', '--eval', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await once(createInterface(agent.stdout), 'line')) as [string];
    const trainerPid = Number(line);
    const gone = once(agent, 'close');
    agent.kill('SIGKILL');
    await gone;
    while (await isAlive(trainerPid)) await new Promise(setImmediate);
  });
});

const noExamples = { count: 0, inputs: new Float32Array(), targets: [] };

async function isAlive(pid: number): Promise<boolean> {
  const state = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  return state !== undefined && !/\) Z /.test(state);
}
