import { join } from 'node:path';
import { ConsiliumError } from '../shared/errors/consilium-error.ts';
import type { Logger } from '../shared/logs/logger.ts';
import { partsOf } from '../shared/studies/round-purpose.ts';
import { trainingShare } from '../shared/studies/site-activity.ts';
import { parameterCount } from '../shared/models/tensor-spec.ts';
import { sha256Hex } from '../shared/statements/digest.ts';
import { encodeStatement } from '../shared/statements/statement.ts';
import { epochClosingDomain, epochClosingFields } from '../shared/statements/epoch-closing.ts';
import type { DiskRoom } from '../shared/storage/disk-room.ts';
import { rosterHash } from '../shared/statements/roster.ts';
import { rawPublicKey, signStatement } from '../shared/statements/signature.ts';
import { agreeTo, type AgreementTools } from './agreement/agreement.ts';
import { coSign } from './agreement/co-signatures.ts';
import type { Cohorts } from './agreement/cohorts.ts';
import { assertClosing, assertContinues } from './agreement/epoch-succession.ts';
import { assertGround } from './agreement/ground.ts';
import { ManifestChain } from './agreement/manifest-chain.ts';
import type { SignedManifests } from './agreement/signed-manifests.ts';
import type { Assignment, CoSignatureRequest, DecryptionRequest, EpochClosingRequest, EpochRoster, RoundGround, RoundOffer } from './assignments/assignment.ts';
import { makeGroupKey, offerEpochKey, openGroupKey, type KeyTools } from './assignments/key-work.ts';
import type { ConsentFollower } from './consent/consent-follower.ts';
import type { RunConsent } from './consent/run-consent.ts';
import type { StudyAnswers } from './consent/study-answers.ts';
import type { Departures } from './egress/departures.ts';
import { Egress } from './egress/egress.ts';
import { SealedContributions } from './egress/sealed-contribution.ts';
import type { KeyRing } from './encryption/key-ring.ts';
import type { SiteFolder } from './identity/site-folder.ts';
import type { CoordinatorLink } from './link/coordinator-link.ts';
import type { PayloadDownload } from './link/payload-download.ts';
import type { AgentMetrics } from './metrics/agent-metrics.ts';
import { DecryptionStop } from './rounds/decryption-stop.ts';
import { openSums } from './rounds/decryption-work.ts';
import { assertNotPassed } from './rounds/passed-round.ts';
import { ResidualStore } from './rounds/residual-store.ts';
import type { RoundProgress } from './rounds/round-progress.ts';
import { roundBytes } from './rounds/round-bytes.ts';
import { contribute } from './rounds/round-work.ts';
import { trainingSecret } from './rounds/training-key.ts';
import type { RunSession } from './runs/run-session.ts';
import type { SiteRuns} from './runs/site-runs.ts';
import { type PinnedEpoch } from './runs/site-runs.ts';

/** What the work of a site needs of the rest of the agent. */
export interface SiteWorkParts {
  readonly site: SiteFolder;
  readonly room: Pick<DiskRoom, 'require'>;
  readonly link: CoordinatorLink;
  readonly downloads: PayloadDownload;
  readonly keys: KeyRing;
  readonly runs: SiteRuns;
  readonly signedManifests: SignedManifests;
  readonly cohorts: Cohorts;
  readonly departures: Departures;
  readonly answers: StudyAnswers;
  readonly consent: RunConsent;
  readonly follower: Pick<ConsentFollower, 'read'>;
  readonly metrics: AgentMetrics;
  readonly progress: Pick<RoundProgress, 'note'>;
}

/** Does one piece of work at a time as it was asked for: what is allowed is decided by consent and agreement, what leaves goes through egress. */
export class SiteWork {
  readonly #parts: SiteWorkParts;

  constructor(parts: SiteWorkParts) {
    this.#parts = parts;
  }

  /** @throws what the work does; the caller tries again what may pass */
  do(assignment: Assignment, log: Logger, signal: AbortSignal): Promise<void> {
    const keyTools: KeyTools = { site: this.#parts.site.settings.site, signingKey: this.#parts.site.signingKey, keys: this.#parts.keys, link: this.#parts.link, signal };
    switch (assignment.kind) {
      case 'epoch-key':
        return this.#join(assignment, keyTools, log);
      case 'group-key':
        return this.#assertMayShareKeys(assignment.epoch).then(() => makeGroupKey(assignment, keyTools));
      case 'sealed-group-key':
        return this.#assertMayShareKeys(assignment.epoch).then(() => openGroupKey(assignment, keyTools));
      case 'epoch-closing':
        return this.#closeEpoch(assignment.request, log, signal);
      case 'round':
        return this.#contribute(assignment.offer, log, signal);
      case 'co-signature':
        return this.#coSign(assignment.request, log, signal);
      case 'decryption':
        return this.#decrypt(assignment.request, log, signal);
      case 'run-end':
        return this.#end(assignment.run, log);
      case 'study-proposal':
        return this.#parts.answers.consider(assignment.proposal, signal).then(() => this.#parts.follower.read());
    }
  }

  /** Agrees to a run that the hospital has approved: its plan is read and checked, and so is the site's data, before the first key is made. */
  async #join(assignment: Extract<Assignment, { kind: 'epoch-key' }>, tools: KeyTools, log: Logger): Promise<void> {
    const { epoch } = assignment;
    await this.#parts.keys.claimEpoch(epoch, async () => {
      const known = epoch.closed ? await this.#parts.consent.knownMembers(epoch.closed.roster) : [];
      assertContinues(epoch, await this.#parts.runs.find(epoch.run), known);
      await this.#parts.consent.assertMayBegin(epoch);
    });
    const planJson = await this.#parts.link.plan(epoch.study, epoch.planHash, tools.signal);
    await this.#parts.runs.pin(epoch, planJson);
    const session = await this.#parts.runs.session(epoch.run);
    await this.#parts.consent.assertWithinLimits(epoch, session);
    const data = await session.data();
    await this.#parts.consent.assertEnoughRows(data.train.count);
    await this.#parts.consent.assertMayUseData(epoch, data.snapshotDigest);
    log.info('The data set keeps the study\'s contract.', { study: epoch.study, dataSet: data.name, snapshot: data.snapshotDigest });
    await offerEpochKey(assignment, tools);
  }

  async #assertMayShareKeys(epoch: EpochRoster): Promise<void> {
    await this.#parts.runs.assertPinned(epoch);
    await this.#parts.consent.assertMayBegin(epoch);
  }

  /** Signs how the epoch ends, and takes part in no later round of it. */
  async #closeEpoch(request: EpochClosingRequest, log: Logger, signal: AbortSignal): Promise<void> {
    const pinned = await this.#parts.runs.pinned(request.run);
    await this.#parts.consent.assertMayGoOn(pinned);
    assertClosing(request, pinned, await new ManifestChain(this.#parts.runs.folderOf(request.run)).heads());
    const fields = epochClosingFields(pinned, { next: request.next, nextRosterHash: rosterHash(request.nextRoster) });
    await this.#parts.runs.close(request.run, { beforeRound: request.next.round, digest: sha256Hex(encodeStatement(epochClosingDomain, fields)) });
    await this.#parts.link.closeEpoch(request.run, request.epoch, signStatement(this.#parts.site.signingKey, epochClosingDomain, fields), signal);
    log.info('Signed how the epoch ends.', { epoch: request.epoch, nextRoster: request.nextRoster.version });
  }

  async #contribute(offer: RoundOffer, log: Logger, signal: AbortSignal): Promise<void> {
    const pinned = await this.#parts.runs.pinned(offer.run);
    if (offer.study !== pinned.study || offer.planHash !== pinned.planHash) throw new ConsiliumError('digest-mismatch', 'The run is pinned to another plan.');
    const egress = await this.#egress(pinned, log);
    const session = await this.#parts.runs.session(offer.run);
    assertGround(offer, pinned, session.plan);
    await this.#assertNotPassed(offer);
    await this.#parts.consent.assertWithinLimits(pinned, session);
    await this.#parts.consent.assertMayTakeRound(offer, { purpose: offer.purpose, rounds: offer.number + 1, bytes: roundBytes(session, offer) });
    const data = await session.data();
    await this.#parts.consent.assertEnoughRows(data.train.count);
    this.#parts.room.require(roundBytes(session, offer) + 3 * modelBytes(session)); // the base model, and rounding errors before and after
    if (partsOf(offer.purpose).includes('statistics')) {
      await this.#parts.consent.contributing(pinned, data.snapshotDigest);
      await this.#parts.cohorts.contributing(pinned.study, pinned.rosterHash, pinned.roster.members.map(({ site }) => site));
    }
    const folder = this.#parts.runs.folderOf(offer.run);
    await contribute(offer, {
      session,
      site: this.#parts.site.settings.site,
      firstRound: pinned.start.round,
      egress,
      residuals: new ResidualStore(folder),
      checkpoints: this.#parts.runs.checkpointsOf(offer.run),
      checkpointEveryMs: 1000 * this.#parts.site.settings.checkpointSeconds,
      trainingSecret: await trainingSecret(join(this.#parts.site.folder, 'state', 'training-secret')),
      log,
      signal,
      modelPayload: (digest) => this.#parts.downloads.modelPayload(offer.run, digest, modelBytes(session), signal),
      lineage: (digest) => this.#parts.link.lineage(offer.run, digest, signal),
      onActivity: (activity, training) => {
        const share = training && trainingShare(session.plan, training.step, training.steps);
        this.#parts.progress.note({ run: offer.run, round: offer.round, activity, ...share });
        if (training) this.#parts.metrics.setTrainingProgress(offer.run, training.step / training.steps);
      },
    });
    log.info('Contributed.', { purpose: offer.purpose, trainingRound: offer.trainingRound });
  }

  /** Signs what makes up a sum, after everything about it was checked and noted. */
  async #coSign(request: CoSignatureRequest, log: Logger, signal: AbortSignal): Promise<void> {
    const tools = await this.#agreement(request, log);
    await this.#assertNotPassed(request);
    await agreeTo(request, request.manifests, tools);
    await this.#parts.link.coSign(request.round, request.attempt, coSign(request.manifests, tools.pinned, this.#parts.site.signingKey), signal);
    log.info('Signed what makes up the sum.', { parts: request.manifests.length });
  }

  async #assertNotPassed(ground: RoundGround): Promise<void> {
    const folder = this.#parts.runs.folderOf(ground.run);
    assertNotPassed(ground, folder, await new ManifestChain(folder).heads());
  }

  async #agreement({ run, round, attempt }: RoundGround, log: Logger): Promise<AgreementTools & { session: RunSession }> {
    const pinned = await this.#parts.runs.pinned(run);
    const egress = await this.#egress(pinned, log);
    return {
      site: this.#parts.site.settings.site,
      pinned,
      session: await this.#parts.runs.session(run),
      signed: this.#parts.signedManifests,
      chain: new ManifestChain(this.#parts.runs.folderOf(run)),
      cohorts: this.#parts.cohorts,
      acceptedCohorts: await this.#parts.consent.acceptedCohorts(pinned),
      minimumContributors: await this.#parts.consent.minimumContributors(),
      ownContribution: async (part) => {
        const header = await egress.sealedFor({ round, attempt, part });
        return header && { digest: header.digest, nonce: Buffer.from(header.nonce, 'hex'), tag: Buffer.from(header.tag, 'hex'), acknowledged: egress.isAcknowledged(header) };
      },
    };
  }

  async #decrypt(request: DecryptionRequest, log: Logger, signal: AbortSignal): Promise<void> {
    const agreement = await this.#agreement(request, log);
    await this.#assertNotPassed(request);
    const { session, pinned } = agreement;
    this.#parts.room.require(4 * modelBytes(session)); // the base model, the state of the server optimiser, and the sum
    const opened = await openSums(request, {
      ...agreement,
      keys: this.#parts.keys,
      stop: new DecryptionStop(this.#parts.runs.folderOf(request.run), pinned.epoch),
      signingKey: this.#parts.site.signingKey,
      modelPayload: (digest) => this.#parts.downloads.modelPayload(request.run, digest, modelBytes(session), signal),
      sum: (manifest, bytes) => this.#parts.downloads.sum(manifest, bytes, signal),
    });
    await (await this.#egress(pinned, log)).report(request, opened, signal);
    log.info('Decrypted and signed.', { purpose: request.purpose, version: opened.answer.version });
  }

  async #end(run: string, log: Logger): Promise<void> {
    const known = [...(await this.#parts.keys.runs()), ...(await this.#parts.runs.names())];
    if (!known.includes(run)) return;
    await this.#parts.keys.erase(run);
    await this.#parts.runs.forget(run);
    log.info('The run has ended; its group key is erased.');
  }

  /** The one door of a run; it is there only as long as the hospital's approval holds. @throws study-not-approved, study-withdrawn */
  async #egress(identity: PinnedEpoch, log: Logger): Promise<Egress> {
    const approval = await this.#parts.consent.assertMayGoOn(identity);
    const sealed = new SealedContributions(join(this.#parts.runs.folderOf(identity.run), 'contributions'));
    const sender = { identity, site: this.#parts.site.settings.site, signingKey: rawPublicKey(this.#parts.site.signingKey) };
    return new Egress({ sender, approval, keys: this.#parts.keys, sealed, departures: this.#parts.departures, carrier: this.#parts.link, log });
  }
}

/** Weights, and server optimiser state alike, are one float32 for each parameter. */
function modelBytes({ tensors }: RunSession): number {
  return 4 * parameterCount(tensors);
}
