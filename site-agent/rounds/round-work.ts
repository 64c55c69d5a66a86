import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import type { LaneSource } from '../../shared/layouts/vector-encoding.ts';
import { layoutFingerprint, type Part, type VectorLayout } from '../../shared/layouts/vector-layout.ts';
import type { Logger } from '../../shared/logs/logger.ts';
import { float32FromBytes } from '../../shared/payloads/little-endian.ts';
import { roundLayouts } from '../../shared/studies/round-layouts.ts';
import type { RoundOffer } from '../assignments/assignment.ts';
import { mayPass } from '../assignments/back-off.ts';
import type { SiteActivity } from '../../shared/studies/site-activity.ts';
import type { Egress } from '../egress/egress.ts';
import type { RunSession } from '../runs/run-session.ts';
import { outlivingTrainers } from '../training/trainer-deaths.ts';
import type { TrainingCheckpoints } from '../training/training-checkpoints.ts';
import type { ResidualStore } from './residual-store.ts';
import { encodeCalibration, encodeEvaluation, encodeNormalisation, encodeUpdate } from './round-values.ts';
import { BaseLineage, type LineageTools } from './base-lineage.ts';
import { trainingKey } from './training-key.ts';

/** What a round needs of the rest of the agent. */
export interface RoundTools extends LineageTools {
  readonly session: RunSession;
  readonly egress: Egress;
  readonly residuals: ResidualStore;
  readonly checkpoints: TrainingCheckpoints;
  /** How often a training's state is kept, at most. */
  readonly checkpointEveryMs: number;
  readonly trainingSecret: Uint8Array;
  readonly log: Logger;
  readonly signal: AbortSignal;
  /** Bytes of a model payload by digest, checked. */
  readonly modelPayload: (digest: string) => Promise<Buffer>;
  /** Told what the site is at, with how many steps of how many are done while it trains. */
  readonly onActivity: (activity: SiteActivity, training?: { readonly step: number; readonly steps: number }) => void;
}

/**
 * Takes part in a round: computes what its parts ask for, seals them, and sends them; one part is sent while the next is computed. What
 * was sealed before a restart is sent as it is.
 *
 * @throws layout-mismatch when coordinator and site derive different layouts, base-model-refused, training-failed
 */
export async function contribute(offer: RoundOffer, tools: RoundTools): Promise<void> {
  const { session, egress, residuals, checkpoints, log } = tools;
  const layouts = roundLayouts(session.plan, session.tensors, offer.purpose, offer.parameters);
  for (const { part, fingerprint } of offer.layouts) {
    const layout = layouts.get(part);
    if (!layout || layoutFingerprint(layout) !== fingerprint) throw new ConsiliumError('layout-mismatch', `It is the ${part} part.`);
  }
  const lineage = new BaseLineage(offer, tools);
  await lineage.assertRemembered(offer.base);
  const settled = await residuals.settle(offer.round, (round) => lineage.summedIn(round));
  await egress.forgetOthers(offer.round);
  if (settled === 'dropped') log.warn('The last contribution is not in the published lineage: its delta is dropped.');
  await checkpoints.erase(offer);
  const refused = new AbortController();
  const signal = AbortSignal.any([tools.signal, refused.signal]);
  const work = new RoundWork(offer, { ...tools, signal });
  const sent: Promise<void>[] = [];
  const send = async (part: Part, layout: VectorLayout) => {
    const before = await egress.sealedFor({ ...offer, part });
    const sealed = before ?? (await work.seal(part, layout));
    if (part === 'update' || offer.purpose === 'calibration') await checkpoints.erase();
    tools.onActivity('uploading');
    const sending = egress.send(sealed, offer.purpose, tools.signal, { broken: before !== undefined });
    // A connection that was lost may come back; after a refusal the rest of the round is not needed.
    sending.catch((error: unknown) => error instanceof ConsiliumError && !mayPass(error) && refused.abort(error));
    sent.push(sending);
  };
  try {
    for (const [part, layout] of layouts) {
      signal.throwIfAborted();
      await send(part, layout);
    }
  } catch (error) {
    await Promise.allSettled(sent);
    refused.signal.throwIfAborted();
    throw error;
  }
  await Promise.all(sent);
}

/** The computations of one round, each done at most once. */
class RoundWork {
  readonly #offer: RoundOffer;
  readonly #tools: RoundTools;
  #base: Promise<Float32Array> | undefined;

  constructor(offer: RoundOffer, tools: RoundTools) {
    this.#offer = offer;
    this.#tools = tools;
  }

  async seal(part: Part, layout: VectorLayout) {
    const { run, round, attempt, epoch } = this.#offer;
    const reference = { run, round, attempt, epoch, part };
    const { session, egress, residuals, signal, onActivity } = this.#tools;
    if (part === 'statistics') {
      const lanes = await this.#statistics(layout);
      onActivity('encrypting');
      return egress.seal(reference, layout, lanes, undefined, signal);
    }
    const { delta, randomnessKey } = await this.#delta();
    const data = await session.data();
    await residuals.addTo(delta);
    const update = encodeUpdate(session.plan, layout, session.tensors, { delta, trainingRows: data.train.count, randomnessKey });
    onActivity('encrypting');
    const sealed = await egress.seal(reference, layout, update, (digest) => residuals.setPending(round, digest, update.residual), signal);
    if (update.clipped > 0) this.#tools.log.warn('Values of the update were clipped.', { clipped: update.clipped, values: delta.length });
    return sealed;
  }

  async #statistics(layout: VectorLayout): Promise<LaneSource> {
    const { session } = this.#tools;
    const data = await session.data();
    switch (this.#offer.purpose) {
      case 'normalisation':
        return encodeNormalisation(session.plan, layout, data);
      case 'calibration':
        return encodeCalibration(layout, session.tensors, (await this.#delta()).delta);
      case 'training':
      case 'evaluation':
        return this.#evaluation(layout, await this.#baseWeights());
    }
  }

  async #evaluation(layout: VectorLayout, weights: Float32Array): Promise<LaneSource> {
    const { session, signal } = this.#tools;
    const data = await session.data();
    this.#tools.onActivity('evaluating');
    const evaluated = () => session.withTrainer(this.#offer.parameters, signal, (trainer) => encodeEvaluation(session.plan, layout, data, trainer, weights));
    return outlivingTrainers(evaluated, this.#onDeath);
  }

  /** Trains from the base model; the delta is what changed. */
  async #delta(): Promise<{ delta: Float32Array; randomnessKey: Uint8Array }> {
    const { session, signal, onActivity, log, checkpoints, checkpointEveryMs } = this.#tools;
    const randomnessKey = trainingKey(this.#tools.trainingSecret, this.#offer);
    const base = await this.#baseWeights();
    const steps = await this.#steps();
    onActivity('training', { step: 0, steps });
    const startedMs = performance.now();
    const checkpoint = { folder: checkpoints.folderOf(this.#offer), everyMs: checkpointEveryMs };
    let furthestStep = 0;
    const training = () => session.withTrainer(this.#offer.parameters, signal, (trainer) =>
      trainer.train({
        weights: base, steps, randomnessKey, checkpoint, signal,
        onProgress: ({ step }) => {
          furthestStep = Math.max(furthestStep, step);
          onActivity('training', { step, steps });
        },
      }),
    );
    const trained = await outlivingTrainers(training, this.#onDeath, () => furthestStep);
    log.info('Trained.', { steps, resumedAtStep: trained.resumedAtStep, seconds: Math.round(performance.now() - startedMs) / 1000 });
    const delta = trained.weights;
    for (let index = 0; index < delta.length; index++) delta[index]! -= base[index]!;
    this.#base = undefined; // an evaluation reads it again, and it takes no memory while the delta is encoded and sent
    return { delta, randomnessKey };
  }

  readonly #onDeath = (error: ConsiliumError): void => this.#tools.log.warn('The trainer process ended; another one goes on from where it was.', { detail: error.detail });

  async #steps(): Promise<number> {
    const { plan } = this.#tools.session;
    const { localSteps, localEpochs, batchSize } = plan.training;
    if (localSteps !== undefined) return localSteps;
    const rows = (await this.#tools.session.data()).train.count;
    return (localEpochs as number) * Math.ceil(rows / batchSize);
  }

  /** Nobody writes to it. */
  #baseWeights(): Promise<Float32Array> {
    this.#base ??= this.#readBase();
    return this.#base;
  }

  async #readBase(): Promise<Float32Array> {
    this.#tools.onActivity('downloading');
    return float32FromBytes(await this.#tools.modelPayload(this.#offer.base.weightsDigest));
  }
}
