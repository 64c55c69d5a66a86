import { join } from 'node:path';
import { systemClock, type Clock } from '../shared/clock.ts';
import { asConsiliumError, ConsiliumError } from '../shared/errors/consilium-error.ts';
import type { Logger } from '../shared/logs/logger.ts';
import { parameterCount } from '../shared/models/tensor-spec.ts';
import { packageVersion } from '../shared/package-version.ts';
import { sha256Hex } from '../shared/statements/digest.ts';
import { encodeStatement } from '../shared/statements/statement.ts';
import { epochClosingDomain, epochClosingFields } from '../shared/statements/epoch-closing.ts';
import { rosterHash } from '../shared/statements/roster.ts';
import { rawPublicKey, signStatement } from '../shared/statements/signature.ts';
import { agreeTo, type AgreementTools } from './agreement/agreement.ts';
import { coSign } from './agreement/co-signatures.ts';
import type { Cohorts } from './agreement/cohorts.ts';
import { assertClosing, assertContinues } from './agreement/epoch-succession.ts';
import { assertGround } from './agreement/ground.ts';
import { ManifestChain } from './agreement/manifest-chain.ts';
import { SignedManifests } from './agreement/signed-manifests.ts';
import { Refusals } from './audit/refusals.ts';
import { SiteAudit } from './audit/site-audit.ts';
import type { Assignment, CoSignatureRequest, DecryptionRequest, EpochClosingRequest, EpochRoster, RoundGround, RoundOffer } from './assignments/assignment.ts';
import { queueOf, roundOf, runOf, studyOf, subjectOf } from './assignments/assignment-subject.ts';
import { BackOff, retrying } from './assignments/back-off.ts';
import { makeGroupKey, offerEpochKey, openGroupKey, type KeyTools } from './assignments/key-work.ts';
import { Turns } from './assignments/turns.ts';
import { ConsentFollower } from './consent/consent-follower.ts';
import { ConsentRecords } from './consent/consent-records.ts';
import { RunConsent } from './consent/run-consent.ts';
import { StudyAnswers } from './consent/study-answers.ts';
import { endWithdrawnRun } from './consent/withdrawn-runs.ts';
import { Departures } from './egress/departures.ts';
import { Egress } from './egress/egress.ts';
import { ledgerFolderOf, ledgerOwnerOf } from './egress/ledger-files.ts';
import { Ledger } from './egress/ledger.ts';
import { SealedContributions } from './egress/sealed-contribution.ts';
import { KeyRing } from './encryption/key-ring.ts';
import { CertificateRenewal } from './identity/certificate-renewal.ts';
import type { SiteFolder } from './identity/site-folder.ts';
import { Channel } from './link/channel.ts';
import { CoordinatorLink, type UnreadableWork } from './link/coordinator-link.ts';
import { PayloadDownload } from './link/payload-download.ts';
import type { AgentMetrics } from './metrics/agent-metrics.ts';
import { DecryptionStop } from './rounds/decryption-stop.ts';
import { openSums } from './rounds/decryption-work.ts';
import { ResidualStore } from './rounds/residual-store.ts';
import { roundBytes } from './rounds/round-bytes.ts';
import { contribute } from './rounds/round-work.ts';
import { trainingSecret } from './rounds/training-key.ts';
import type { RunSession } from './runs/run-session.ts';
import { SiteRuns, type PinnedEpoch } from './runs/site-runs.ts';

export interface SiteAgentSettings {
  readonly site: SiteFolder;
  readonly log: Logger;
  readonly metrics: AgentMetrics;
  readonly clock?: Clock;
  /** How often it is looked whether the certificate has to be renewed, at least; an hour unless a test cannot wait. */
  readonly renewalCheckMs?: number;
}

/**
 * The agent of one hospital. It dials out, takes the work that the coordinator has for it, and does each piece once:
 * pieces of different runs and studies side by side, those of one run, and proposals of one study, one after the other.
 */
export class SiteAgent implements AsyncDisposable {
  readonly #site: SiteFolder;
  readonly #log: Logger;
  readonly #metrics: AgentMetrics;
  readonly #channel: Channel;
  readonly #renewal: CertificateRenewal;
  readonly #link: CoordinatorLink;
  readonly #downloads: PayloadDownload;
  readonly #keys: KeyRing;
  readonly #runs: SiteRuns;
  readonly #signedManifests: SignedManifests;
  readonly #cohorts: Cohorts;
  readonly #audit: SiteAudit;
  readonly #refusals: Refusals;
  readonly #ledger: Ledger;
  readonly #departures: Departures;
  readonly #stopping = new AbortController();
  readonly #turns = new Turns();
  readonly #answers: StudyAnswers;
  readonly #consent: RunConsent;
  readonly #follower: ConsentFollower;
  #reopen = new AbortController();

  /** @throws what Ledger.open and SiteAudit.open throw */
  static async open(settings: SiteAgentSettings): Promise<SiteAgent> {
    const { site, log, clock = systemClock } = settings;
    const { folder, signingKey } = site;
    const ledger = await Ledger.open({ folder: ledgerFolderOf(folder), owner: ledgerOwnerOf(site), signingKey, clock, log });
    return new SiteAgent(settings, clock, ledger, await SiteAudit.open(folder, { site: site.settings.site, clock, log }));
  }

  private constructor({ site, log, metrics, renewalCheckMs }: SiteAgentSettings, clock: Clock, ledger: Ledger, audit: SiteAudit) {
    this.#site = site;
    this.#log = log.child({ site: site.settings.site });
    this.#metrics = metrics;
    this.#channel = new Channel(site.identity, clock);
    this.#renewal = new CertificateRenewal({ site, channel: this.#channel, clock, log: this.#log, ...(renewalCheckMs !== undefined && { checkEveryMs: renewalCheckMs }) });
    metrics.showCertificates(() => {
      const { ownMs, authorityMs } = this.#renewal.expiries;
      return [{ kind: 'authority', name: '', expiresAtMs: authorityMs }, { kind: 'site', name: site.settings.site, expiresAtMs: ownMs }];
    }, clock);
    this.#link = new CoordinatorLink(this.#channel);
    this.#downloads = new PayloadDownload(this.#channel, this.#state('payloads'));
    this.#keys = new KeyRing(this.#state('keys'), () => metrics.countDecryption());
    this.#signedManifests = new SignedManifests(this.#state('agreement', 'signed'));
    const { dataSets, engine } = site.settings;
    this.#runs = new SiteRuns(this.#state('runs'), { folder: site.folder, dataSets, engine, log: this.#log });
    this.#ledger = ledger;
    this.#audit = audit;
    this.#refusals = new Refusals(audit, this.#link);
    this.#departures = new Departures(ledger, metrics);
    const records = new ConsentRecords(site.folder, clock);
    const own = { federation: site.settings.federation.id, site: site.settings.site, signingKey: rawPublicKey(site.signingKey) };
    this.#cohorts = records.cohorts;
    this.#answers = new StudyAnswers({ records, own, signingKey: site.signingKey, link: this.#link, log: this.#log });
    this.#consent = new RunConsent({ records, own, clock, bytesLeftSince: (sinceMs) => ledger.bytesSince(sinceMs) });
    this.#follower = new ConsentFollower({
      siteFolder: site.folder,
      records,
      answers: this.#answers,
      runs: this.#runs,
      turns: this.#turns,
      metrics,
      log: this.#log,
      onWithdrawn: (run) => this.#withdraw(run),
      onReopened: () => this.#reopen.abort(),
    });
  }

  /** Works until the signal aborts. @throws what cannot get better by trying again, such as a refused certificate */
  async work(signal: AbortSignal): Promise<void> {
    this.#renewal.requireValid();
    const either = AbortSignal.any([signal, this.#stopping.signal]);
    await this.#follower.read();
    const background = [this.#renewal.keepUp(either), this.#follower.follow(either)];
    try {
      await this.#stayConnected(either);
    } finally {
      this.#metrics.setConnected(false);
      this.#stopping.abort(new ConsiliumError('cancelled'));
      await Promise.allSettled(background);
      await this.#turns.settled();
    }
    const reason: unknown = this.#stopping.signal.reason;
    if (reason instanceof ConsiliumError && fatal.has(reason.code)) throw reason;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping.abort(new ConsiliumError('cancelled'));
    await this.#turns.settled();
    await this.#runs[Symbol.asyncDispose]();
    this.#keys[Symbol.dispose]();
    this.#channel[Symbol.dispose]();
    await this.#ledger[Symbol.asyncDispose]();
    await this.#audit[Symbol.asyncDispose]();
  }

  /** Takes up the watch stream again whenever it ends, and at once on a new connection when the certificate was renewed. */
  async #stayConnected(signal: AbortSignal): Promise<void> {
    const backOff = new BackOff();
    while (!signal.aborted) {
      const { renewed } = this.#channel;
      try {
        await this.#watch(signal, renewed, () => backOff.reset());
      } catch (thrown) {
        const error = asConsiliumError(thrown);
        if (signal.aborted) return;
        if (renewed.aborted || this.#reopen.signal.aborted) continue;
        if (error.code === 'certificate-refused') this.#renewal.requireValid();
        // A mishap inside the coordinator is its operator's to mend; this agent waits for it.
        if (!error.entry.retryable && error.code !== 'internal' && error.code !== 'cancelled') throw error;
        this.#log.warn('The connection to the coordinator was lost; trying again.', { code: error.code });
      }
      this.#metrics.setConnected(false);
      await backOff.wait(signal);
    }
  }

  /** @param renewed ends the stream, and not the work that it brought */
  async #watch(signal: AbortSignal, renewed: AbortSignal, onWork: () => void): Promise<void> {
    this.#reopen = new AbortController();
    const heldRuns = [...new Set([...(await this.#keys.runs()), ...(await this.#runs.names())])].slice(-heldRunsMaxCount);
    const request = { agentVersion: packageVersion(), engine: this.#site.settings.engine, heldRuns };
    const ended = AbortSignal.any([signal, renewed, this.#reopen.signal]);
    const watching = this.#link.watch(request, ended, (unreadable) => this.#refuse(unreadable, signal));
    this.#metrics.setConnected(true);
    for await (const assignment of watching) {
      onWork();
      if (this.#follower.mustWait(assignment.kind)) continue;
      this.#turns.take(queueOf(assignment), assignment.id, (cutOff) => this.#finish(assignment, signal, cutOff));
    }
  }

  /** Stops what is under way in a run from whose study the hospital has withdrawn, and erases its keys. */
  #withdraw(run: string): void {
    this.#turns.cutOff(run, new ConsiliumError('study-withdrawn'));
    this.#turns.take(run, `withdraw ${run}`, async () => {
      await endWithdrawnRun(run, this.#keys, this.#runs);
      this.#log.info('The hospital has withdrawn; the group key of the run is erased.', { run });
    });
  }

  /** Sees a piece of work through; what goes wrong for good is told to the coordinator by its code. */
  async #finish(assignment: Assignment, signal: AbortSignal, cutOff: AbortSignal): Promise<void> {
    const log = this.#log.child({ run: runOf(assignment), study: studyOf(assignment), round: roundOf(assignment), work: assignment.kind });
    const either = AbortSignal.any([signal, cutOff]);
    try {
      await retrying(() => this.#do(assignment, log, either), either, (error) => log.warn('Trying again.', { code: error.code }));
      this.#metrics.countWork(assignment.kind, 'done');
    } catch (thrown) {
      const error = asConsiliumError(cutOff.aborted ? cutOff.reason : thrown);
      if (signal.aborted) return;
      this.#metrics.countWork(assignment.kind, error.code);
      if (late.has(error.code)) return log.warn(error.message, { code: error.code });
      await this.#refusals.tell({ id: assignment.id, kind: assignment.kind, subject: subjectOf(assignment), run: runOf(assignment) }, error, log, signal);
      if (fatal.has(error.code)) this.#stopping.abort(error);
    }
  }

  /** Work that cannot even be read: nothing of it is done. */
  #refuse({ work, error }: UnreadableWork, signal: AbortSignal): void {
    this.#metrics.countWork(work.kind, error.code);
    const log = this.#log.child({ run: work.run, work: work.kind });
    this.#turns.take(`unreadable ${work.id}`, `unreadable ${work.id}`, () => this.#refusals.tell(work, error, log, signal));
  }

  #do(assignment: Assignment, log: Logger, signal: AbortSignal): Promise<void> {
    const keyTools: KeyTools = { site: this.#site.settings.site, signingKey: this.#site.signingKey, keys: this.#keys, link: this.#link, signal };
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
        return this.#answers.consider(assignment.proposal, signal).then(() => this.#follower.read());
    }
  }

  /** Agrees to a run that the hospital has approved: its plan is read and checked, and so is the site's data, before the first key is made. */
  async #join(assignment: Extract<Assignment, { kind: 'epoch-key' }>, tools: KeyTools, log: Logger): Promise<void> {
    const { epoch } = assignment;
    assertContinues(epoch, await this.#runs.find(epoch.run));
    await this.#keys.claimEpoch(epoch);
    await this.#consent.assertMayBegin(epoch);
    const planJson = await this.#link.plan(epoch.study, epoch.planHash, tools.signal);
    await this.#runs.pin(epoch, planJson);
    const session = await this.#runs.session(epoch.run);
    await this.#consent.assertWithinLimits(epoch, session);
    const data = await session.data();
    await this.#consent.assertEnoughRows(data.train.count);
    log.info('The data set keeps the study\'s contract.', { study: epoch.study, dataSet: data.name, snapshot: data.snapshotDigest });
    await offerEpochKey(assignment, tools);
  }

  async #assertMayShareKeys(epoch: EpochRoster): Promise<void> {
    await this.#runs.assertPinned(epoch);
    await this.#consent.assertMayBegin(epoch);
  }

  /** Signs how the epoch ends, and takes part in no later round of it. */
  async #closeEpoch(request: EpochClosingRequest, log: Logger, signal: AbortSignal): Promise<void> {
    const pinned = await this.#runs.pinned(request.run);
    await this.#consent.assertMayGoOn(pinned);
    assertClosing(request, pinned, await new ManifestChain(this.#runs.folderOf(request.run)).heads());
    const fields = epochClosingFields(pinned, { next: request.next, nextRosterHash: rosterHash(request.nextRoster) });
    await this.#runs.close(request.run, { beforeRound: request.next.round, digest: sha256Hex(encodeStatement(epochClosingDomain, fields)) });
    await this.#link.closeEpoch(request.run, request.epoch, signStatement(this.#site.signingKey, epochClosingDomain, fields), signal);
    log.info('Signed how the epoch ends.', { epoch: request.epoch, nextRoster: request.nextRoster.version });
  }

  async #contribute(offer: RoundOffer, log: Logger, signal: AbortSignal): Promise<void> {
    const pinned = await this.#runs.pinned(offer.run);
    if (offer.study !== pinned.study || offer.planHash !== pinned.planHash) throw new ConsiliumError('digest-mismatch', 'The run is pinned to another plan.');
    const egress = await this.#egress(pinned, log);
    const session = await this.#runs.session(offer.run);
    assertGround(offer, pinned, session.plan);
    await this.#consent.assertWithinLimits(pinned, session);
    await this.#consent.assertMayTakeRound({ purpose: offer.purpose, rounds: offer.number + 1, bytes: roundBytes(session, offer) });
    await this.#consent.assertEnoughRows((await session.data()).train.count);
    const folder = this.#runs.folderOf(offer.run);
    await contribute(offer, {
      session,
      site: this.#site.settings.site,
      firstRound: pinned.start.round,
      egress,
      residuals: new ResidualStore(folder),
      trainingSecret: await trainingSecret(this.#state('training-secret')),
      log,
      signal,
      modelPayload: (digest) => this.#downloads.modelPayload(offer.run, digest, modelBytes(session), signal),
      onProgress: ({ step, steps }) => this.#metrics.setTrainingProgress(offer.run, step / steps),
    });
    log.info('Contributed.', { purpose: offer.purpose, trainingRound: offer.trainingRound });
  }

  /** Signs what makes up a sum, after everything about it was checked and noted. */
  async #coSign(request: CoSignatureRequest, log: Logger, signal: AbortSignal): Promise<void> {
    const tools = await this.#agreement(request, log);
    await agreeTo(request, request.manifests, tools);
    await this.#link.coSign(request.round, request.attempt, coSign(request.manifests, tools.pinned, this.#site.signingKey), signal);
    log.info('Signed what makes up the sum.', { parts: request.manifests.length });
  }

  async #agreement({ run, round, attempt }: RoundGround, log: Logger): Promise<AgreementTools & { session: RunSession }> {
    const pinned = await this.#runs.pinned(run);
    const egress = await this.#egress(pinned, log);
    return {
      site: this.#site.settings.site,
      pinned,
      session: await this.#runs.session(run),
      signed: this.#signedManifests,
      chain: new ManifestChain(this.#runs.folderOf(run)),
      cohorts: this.#cohorts,
      minimumContributors: await this.#consent.minimumContributors(),
      ownContribution: async (part) => {
        const header = await egress.sealedFor({ round, attempt, part });
        return header && { digest: header.digest, nonce: Buffer.from(header.nonce, 'hex'), tag: Buffer.from(header.tag, 'hex'), acknowledged: await egress.isAcknowledged(header) };
      },
    };
  }

  async #decrypt(request: DecryptionRequest, log: Logger, signal: AbortSignal): Promise<void> {
    const agreement = await this.#agreement(request, log);
    const { session, pinned } = agreement;
    const opened = await openSums(request, {
      ...agreement,
      keys: this.#keys,
      stop: new DecryptionStop(this.#runs.folderOf(request.run), pinned.epoch),
      signingKey: this.#site.signingKey,
      modelPayload: (digest) => this.#downloads.modelPayload(request.run, digest, modelBytes(session), signal),
      sum: (manifest, bytes) => this.#downloads.sum(manifest, bytes, signal),
    });
    await (await this.#egress(pinned, log)).report(request, opened, signal);
    log.info('Decrypted and signed.', { purpose: request.purpose, version: opened.answer.version });
  }

  async #end(run: string, log: Logger): Promise<void> {
    const known = [...(await this.#keys.runs()), ...(await this.#runs.names())];
    if (!known.includes(run)) return;
    await this.#keys.erase(run);
    await this.#runs.forget(run);
    log.info('The run has ended; its group key is erased.');
  }

  /** The one door of a run; it is there only as long as the hospital's approval holds. @throws study-not-approved, study-withdrawn */
  async #egress(identity: PinnedEpoch, log: Logger): Promise<Egress> {
    const approval = await this.#consent.assertMayGoOn(identity);
    const sealed = new SealedContributions(join(this.#runs.folderOf(identity.run), 'contributions'));
    const sender = { identity, site: this.#site.settings.site, signingKey: rawPublicKey(this.#site.signingKey) };
    return new Egress({ sender, approval, keys: this.#keys, sealed, departures: this.#departures, carrier: this.#link, log });
  }

  #state(...path: string[]): string {
    return join(this.#site.folder, 'state', ...path);
  }
}

/** As many as the coordinator takes; more can only be leftovers. */
const heldRunsMaxCount = 256;

/** Answers that mean that the work is not wanted any more; telling the coordinator would be no news. */
const late: ReadonlySet<string> = new Set(['round-not-collecting', 'run-ended', 'decryption-not-asked']);

/** What a person has to look at before anything more may leave. */
const fatal: ReadonlySet<string> = new Set(['ledger-damaged', 'ledger-not-growing', 'ledger-forked']);

/** Weights, and server optimiser state alike, are one float32 for each parameter. */
function modelBytes({ tensors }: RunSession): number {
  return 4 * parameterCount(tensors);
}
