import { readFile, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { ConsiliumError } from '../../../shared/errors/consilium-error.ts';
import { initialWeights } from '../../../shared/models/model-description.ts';
import type { Topology } from '../../../shared/models/topology.ts';
import { eraseCheckpoint, readCheckpoint, writeCheckpoint } from '../../../site-agent/training/training-checkpoint.ts';
import { TrainingCheckpoints } from '../../../site-agent/training/training-checkpoints.ts';
import { outlivingTrainers } from '../../../site-agent/training/trainer-deaths.ts';
import { startTrainer, type Trainer } from '../../../site-agent/training/trainer.ts';
import type { TrainingJob, TrainingRequest, TrainingResult } from '../../../site-agent/training/training-job.ts';
import { childPids } from '../../support/child-processes.ts';
import { expectError } from '../../support/expect-error.ts';
import { temporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.ts';
import { layer } from './layer-models.ts';
import { syntheticExamples } from './synthetic-examples.ts';

const randomnessKey = Buffer.alloc(32, 11);
const steps = 400;
const everyMs = 0;
const examples = syntheticExamples({ count: 50, inputShape: [13] });
const job = (optimiser: TrainingJob['optimiser'], changes: Partial<TrainingJob> = {}): TrainingJob => ({
  topology: model, losses: ['binaryCrossentropy'], optimiser, batchSize: 16, inputShape: [13], targetWidths: [1], train: examples, test: examples, ...changes,
});
/** Draws at random in each step, and has weights that are not trained. */
const model: Topology = layer('Sequential', {
  layers: [
    layer('Dense', { units: 16, activation: 'tanh', batch_input_shape: [null, 13] }), layer('BatchNormalization'), layer('Dropout', { rate: 0.5 }),
    layer('Dense', { units: 1, activation: 'sigmoid' }),
  ],
});
const optimisers: Record<string, TrainingJob['optimiser']> = {
  'plain gradient descent': { name: 'sgd', learningRate: 0.05, momentum: 0 },
  momentum: { name: 'sgd', learningRate: 0.05, momentum: 0.9 },
  Adam: { name: 'adam', learningRate: 0.003, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 },
};

describe('a training\'s checkpoint', () => {
  let temporary: TemporaryFolder;
  let folder: string;
  let weights: Float32Array;

  before(async () => {
    weights = await initialWeights(model, randomnessKey);
  });
  beforeEach(() => {
    temporary = temporaryFolder();
    folder = join(temporary.path, 'checkpoint');
  });
  afterEach(() => temporary[Symbol.dispose]());

  const request = (changes: Partial<TrainingRequest> = {}): TrainingRequest => ({ weights, steps, randomnessKey, checkpoint: { folder, everyMs }, ...changes });
  const stepOnDisk = async () => {
    const file = await readFile(join(folder, 'state')).catch(() => undefined);
    return file ? (JSON.parse(file.toString('utf8', 4, 4 + file.readUInt32LE(0))) as { step: number }).step : 0;
  };

  /** Trains in a process of its own, and kills it once a state beyond `killAfter` is on disk. */
  async function trained(settings: TrainingJob, asked: TrainingRequest, killAfter = Infinity): Promise<TrainingResult> {
    const before = await childPids();
    await using trainer: Trainer = await startTrainer({ engine: 'wasm' });
    await trainer.prepare(settings);
    const pid = (await childPids()).find((candidate) => !before.includes(candidate)) as number;
    const kill = async () => (await stepOnDisk()) > killAfter && process.kill(pid, 'SIGKILL');
    return await trainer.train({ ...asked, onProgress: () => void kill() });
  }

  for (const [name, optimiser] of Object.entries(optimisers)) {
    it(`lets a killed trainer's training go on, to the same bits, with ${name}`, async () => {
      const undisturbed = await trained(job(optimiser), request({ checkpoint: undefined }));
      const asked = request();
      await expectError('trainer-ended', trained(job(optimiser), asked, 0));
      const first = await stepOnDisk();
      await expectError('trainer-ended', trained(job(optimiser), asked, first));
      const last = await trained(job(optimiser), asked);
      expect(last.resumedAtStep).to.be.above(first);
      expect({ ...last, resumedAtStep: 0 }).to.deep.equal(undisturbed);
    });
  }

  it('is only for its owner to read', async () => {
    await expectError('trainer-ended', trained(job(optimisers['Adam']!), request(), 0));
    const modes = await Promise.all([folder, join(folder, 'state')].map(async (path) => (await stat(path)).mode & 0o777));
    expect(modes).to.deep.equal([0o700, 0o600]);
  });

  it('is not taken for that of another training: other rows, weights, key, steps or settings', async () => {
    await using trainer = await startTrainer({ engine: 'wasm' });
    const adam = job(optimisers['Adam']!);
    await trainer.prepare(adam);
    await trainer.train(request());
    expect(await stepOnDisk()).to.be.above(0);
    expect((await trainer.train(request())).resumedAtStep).to.be.above(0);
    const others: [TrainingJob, TrainingRequest][] = [
      [{ ...adam, train: { ...examples, inputs: examples.inputs.with(0, 7) } }, request()],
      [{ ...adam, batchSize: 8 }, request()],
      [adam, request({ weights: weights.with(0, 0.5) })],
      [adam, request({ randomnessKey: Buffer.alloc(32, 12) })],
      [adam, request({ steps: steps + 1 })],
    ];
    for (const [other, asked] of others) {
      await trainer.prepare(other);
      expect((await trainer.train({ ...asked, checkpoint: { folder, everyMs: 1e9 } })).resumedAtStep).to.equal(0);
    }
  });

  it('that is damaged is not used', async () => {
    const state = { step: 3, totalLoss: 0.1 + 0.2, weights: Float32Array.of(1, 2), optimiser: [Float32Array.of(3), new Float32Array()] };
    await writeCheckpoint(folder, 'training', state);
    expect(await readCheckpoint(folder, 'training')).to.deep.equal(state);
    const whole = await readFile(join(folder, 'state'));
    for (const damaged of [whole.subarray(0, -1), whole.with(whole.length - 40, whole.at(-40)! ^ 1), Buffer.alloc(0)]) {
      await writeFile(join(folder, 'state'), damaged);
      expect(await readCheckpoint(folder, 'training')).to.equal(undefined);
    }
  });

  it('is erased with whatever a kill left beside it, all or all but those of the round under way', async () => {
    const checkpoints = new TrainingCheckpoints(temporary.path);
    const [earlier, now] = [{ round: 'run-1.3', attempt: 1 }, { round: 'run-1.4', attempt: 1 }];
    const state = { step: 3, totalLoss: 1, weights: Float32Array.of(1), optimiser: [] };
    for (const round of [earlier, now]) await writeCheckpoint(checkpoints.folderOf(round), 'training', state);
    await writeFile(join(checkpoints.folderOf(now), 'state.half.incomplete'), 'half');
    await checkpoints.erase(now);
    expect(await readdir(temporary.path)).to.deep.equal(['run-1.4.1']);
    await checkpoints.erase();
    expect(await readdir(temporary.path)).to.deep.equal([]);
    await eraseCheckpoint(folder);
  });
});

describe('work of a trainer whose process dies', () => {
  const died = () => Promise.reject(new ConsiliumError('trainer-ended'));
  const diverged = () => Promise.reject(new ConsiliumError('training-failed'));

  it('is done again, as often as it gets further', async () => {
    let step = 0;
    const work = async () => (step < 10 ? died() : 'done');
    expect(await outlivingTrainers(() => ((step += 1), work()), () => undefined, () => step)).to.equal('done');
  });

  it('fails when it dies three times at the same place, and at once for another reason', async () => {
    let times = 0;
    await expectError('training-failed', outlivingTrainers(() => ((times += 1), died()), () => undefined));
    expect(times).to.equal(3);
    await expectError('training-failed', outlivingTrainers(() => ((times += 1), diverged()), () => undefined));
    expect(times).to.equal(4);
  });
});
