import { join } from 'node:path';
import { systemClock, type Clock } from '../shared/clock.ts';
import { asConsiliumError, ConsiliumError } from '../shared/errors/consilium-error.ts';
import type { Logger } from '../shared/logs/logger.ts';
import { packageVersion } from '../shared/package-version.ts';
import { rawPublicKey } from '../shared/statements/signature.ts';
import { DiskRoom } from '../shared/storage/disk-room.ts';
import { SignedManifests } from './agreement/signed-manifests.ts';
import { Refusals } from './audit/refusals.ts';
import { SiteAudit } from './audit/site-audit.ts';
import type { Assignment } from './assignments/assignment.ts';
import { queueOf, roundOf, runOf, studyOf, subjectOf } from './assignments/assignment-subject.ts';
import { BackOff, reconnectionLimits, retrying } from './assignments/back-off.ts';
import { OpenOffers, roundsClosedBy } from './assignments/open-offers.ts';
import { Turns } from './assignments/turns.ts';
import { ConsentFollower } from './consent/consent-follower.ts';
import { ConsentRecords } from './consent/consent-records.ts';
import { RunConsent } from './consent/run-consent.ts';
import { StudyAnswers } from './consent/study-answers.ts';
import { endWithdrawnRun } from './consent/withdrawn-runs.ts';
import { Departures } from './egress/departures.ts';
import { ledgerFolderOf, ledgerOwnerOf } from './egress/ledger-files.ts';
import { Ledger } from './egress/ledger.ts';
import { KeyRing } from './encryption/key-ring.ts';
import { CertificateRenewal } from './identity/certificate-renewal.ts';
import type { SiteFolder } from './identity/site-folder.ts';
import { Channel } from './link/channel.ts';
import { CoordinatorLink, type UnreadableWork } from './link/coordinator-link.ts';
import { PayloadDownload } from './link/payload-download.ts';
import type { AgentMetrics } from './metrics/agent-metrics.ts';
import type { RunSettings } from './runs/run-session.ts';
import { RoundProgress } from './rounds/round-progress.ts';
import { SiteRuns } from './runs/site-runs.ts';
import { SiteWork } from './site-work.ts';

export interface SiteAgentSettings extends Pick<RunSettings, 'startTrainer'> {
  readonly site: SiteFolder;
  readonly log: Logger;
  readonly metrics: AgentMetrics;
  readonly clock?: Clock;
  /** How often it is looked whether the certificate has to be renewed, at least; an hour unless a test cannot wait. */
  readonly renewalCheckMs?: number;
  /** How often the coordinator is told what the site is at in a round; 5 seconds unless a test cannot wait. */
  readonly progressEveryMs?: number;
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
  readonly #keys: KeyRing;
  readonly #runs: SiteRuns;
  readonly #audit: SiteAudit;
  readonly #refusals: Refusals;
  readonly #ledger: Ledger;
  readonly #stopping = new AbortController();
  readonly #turns = new Turns();
  readonly #offers = new OpenOffers();
  readonly #answers: StudyAnswers;
  readonly #follower: ConsentFollower;
  readonly #work: SiteWork;
  readonly #progress: RoundProgress;
  readonly #clock: Clock;
  readonly #backOff = new BackOff(reconnectionLimits);
  #reopen = new AbortController();

  /** @throws what Ledger.open and SiteAudit.open throw */
  static async open(settings: SiteAgentSettings): Promise<SiteAgent> {
    const { site, log, clock = systemClock } = settings;
    const { folder, signingKey } = site;
    const ledger = await Ledger.open({ folder: ledgerFolderOf(folder), owner: ledgerOwnerOf(site), signingKey, clock, log });
    return new SiteAgent(settings, clock, ledger, await SiteAudit.open(folder, { site: site.settings.site, clock, log }));
  }

  private constructor({ site, log, metrics, renewalCheckMs, startTrainer, progressEveryMs = 5_000 }: SiteAgentSettings, clock: Clock, ledger: Ledger, audit: SiteAudit) {
    this.#site = site;
    this.#log = log.child({ site: site.settings.site });
    this.#metrics = metrics;
    this.#clock = clock;
    this.#channel = new Channel(site.identity, clock);
    this.#renewal = new CertificateRenewal({ site, channel: this.#channel, clock, log: this.#log, ...(renewalCheckMs !== undefined && { checkEveryMs: renewalCheckMs }) });
    metrics.showCertificates(() => {
      const { ownMs, authorityMs } = this.#renewal.expiries;
      return [{ kind: 'authority', name: '', expiresAtMs: authorityMs }, { kind: 'site', name: site.settings.site, expiresAtMs: ownMs }];
    }, clock);
    this.#link = new CoordinatorLink(this.#channel);
    this.#keys = new KeyRing(this.#state('keys'), () => metrics.countDecryption(), clock);
    const { dataSets, engine } = site.settings;
    this.#runs = new SiteRuns(this.#state('runs'), { folder: site.folder, dataSets, engine, log: this.#log, ...(startTrainer && { startTrainer }) });
    this.#ledger = ledger;
    this.#audit = audit;
    this.#refusals = new Refusals(audit, this.#link);
    const records = new ConsentRecords(site.folder, clock);
    const own = { federation: site.settings.federation.id, site: site.settings.site, signingKey: rawPublicKey(site.signingKey) };
    this.#answers = new StudyAnswers({ records, own, signingKey: site.signingKey, link: this.#link, log: this.#log });
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
    this.#progress = new RoundProgress({ tell: (note, signal) => this.#link.tellProgress(note, signal), everyMs: progressEveryMs, log: this.#log });
    const room = new DiskRoom(site.folder, site.settings.minimumFreeMiB * 2 ** 20, ({ full, freeBytes, minimumFreeBytes }) =>
      full ? this.#log.error('The disk is full: rounds wait until there is room.', { freeBytes, minimumFreeBytes }) : this.#log.info('The disk has room again.', { freeBytes }),
    );
    metrics.showDisk(() => room.state);
    this.#work = new SiteWork({
      site,
      room,
      metrics,
      link: this.#link,
      downloads: new PayloadDownload(this.#channel, this.#state('payloads')),
      keys: this.#keys,
      runs: this.#runs,
      signedManifests: new SignedManifests(this.#state('agreement', 'signed')),
      cohorts: records.cohorts,
      departures: new Departures({
        ledger,
        meter: metrics,
        maximumBytesPerDay: async () => (await records.policy()).maximumBytesPerDay,
        newestReceipt: (receiptSignal) => this.#link.newestReceipt(receiptSignal),
        clock,
      }),
      answers: this.#answers,
      consent: new RunConsent({ records, own, clock, bytesLeftSince: (sinceMs, apart) => ledger.bytesSince(sinceMs, apart) }),
      follower: this.#follower,
      progress: this.#progress,
    });
  }

  /** Works until the signal aborts. @throws what cannot get better by trying again, such as a refused certificate */
  async work(signal: AbortSignal): Promise<void> {
    this.#renewal.requireValid();
    const either = AbortSignal.any([signal, this.#stopping.signal]);
    await this.#follower.read();
    const background = [this.#renewal.keepUp(either), this.#follower.follow(either), this.#progress.follow(either)];
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

  /**
   * Takes up the watch stream again whenever it ends, and at once on a new connection when the certificate was renewed. A
   * coordinator that lets sites in and drops them is not hammered: waits get short again only after a stream that held for a
   * while, or a piece of a run that was done.
   */
  async #stayConnected(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const { renewed } = this.#channel;
      let openedAtMs = Infinity;
      try {
        await this.#watch(signal, renewed, () => (openedAtMs = this.#clock.nowMs()));
      } catch (thrown) {
        const error = asConsiliumError(thrown);
        if (signal.aborted) return;
        if (renewed.aborted || this.#reopen.signal.aborted) continue;
        if (error.code === 'certificate-refused') this.#renewal.requireValid();
        // A mishap inside the coordinator is its operator's to mend; this agent waits for it.
        if (!error.entry.retryable && error.code !== 'internal' && error.code !== 'cancelled') throw error;
        this.#log.warn('The connection to the coordinator was lost; trying again.', { code: error.code, detail: error.detail });
      }
      this.#metrics.setConnected(false);
      this.#backOff.heldFor(this.#clock.nowMs() - openedAtMs);
      await this.#backOff.wait(signal);
    }
  }

  /** @param renewed ends the stream, and not the work that it brought */
  async #watch(signal: AbortSignal, renewed: AbortSignal, onOpen: () => void): Promise<void> {
    this.#reopen = new AbortController();
    const heldRuns = [...new Set([...(await this.#keys.runs()), ...(await this.#runs.names())])].slice(-heldRunsMaxCount);
    const request = { agentVersion: packageVersion(), engine: this.#site.settings.engine, heldRuns };
    const ended = AbortSignal.any([signal, renewed, this.#reopen.signal]);
    const opened = () => {
      this.#metrics.setConnected(true);
      onOpen();
    };
    const watching = this.#link.watch(request, { signal: ended, onOpen: opened }, (unreadable) => this.#refuse(unreadable, signal));
    for await (const assignment of watching) {
      const closed = roundsClosedBy(assignment);
      if (closed) this.#offers.close(closed, roundClosed);
      if (this.#follower.mustWait(assignment.kind)) continue;
      if (assignment.kind === 'round') this.#progress.begin(assignment.offer);
      this.#turns.take(queueOf(assignment), assignment.id, (cutOff) => this.#offers.during(assignment, cutOff, (either) => this.#finish(assignment, signal, either)));
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
      either.throwIfAborted();
      await retrying(() => this.#work.do(assignment, log, either), either, (error) => {
        log.warn('Trying again.', { code: error.code });
        if (assignment.kind === 'round') this.#progress.note({ run: assignment.offer.run, round: assignment.offer.round, activity: 'retrying', code: error.code });
      });
      this.#metrics.countWork(assignment.kind, 'done');
      if (runOf(assignment) !== undefined) this.#backOff.reset();
    } catch (thrown) {
      const error = asConsiliumError(cutOff.aborted ? cutOff.reason : thrown);
      if (signal.aborted) return;
      this.#metrics.countWork(assignment.kind, error.code);
      if (late.has(error.code)) return log.warn(error.message, { code: error.code });
      await this.#refusals.tell({ id: assignment.id, kind: assignment.kind, subject: subjectOf(assignment), run: runOf(assignment) }, error, log, signal);
      if (fatal.has(error.code)) this.#stopping.abort(error);
    } finally {
      if (assignment.kind === 'round') this.#progress.end(assignment.offer.round);
    }
  }

  /** Work that cannot even be read: nothing of it is done. */
  #refuse({ work, error }: UnreadableWork, signal: AbortSignal): void {
    this.#metrics.countWork(work.kind, error.code);
    const log = this.#log.child({ run: work.run, work: work.kind });
    this.#turns.take(`unreadable ${work.id}`, `unreadable ${work.id}`, () => this.#refusals.tell(work, error, log, signal));
  }

  #state(...path: string[]): string {
    return join(this.#site.folder, 'state', ...path);
  }
}

/** As many as the coordinator takes; more can only be leftovers. */
const heldRunsMaxCount = 256;

/** Answers that mean that the work is not wanted any more; telling the coordinator would be no news. */
const late: ReadonlySet<string> = new Set(['round-not-collecting', 'run-ended', 'decryption-not-asked']);

/** What an offer that is still under way, or waits for its turn, ends with. */
const roundClosed = new ConsiliumError('round-not-collecting', 'It closed while this site was still at it: the work on it is dropped, and the rounding error stays as it was.');

/** What a person has to look at before anything more may leave. */
const fatal: ReadonlySet<string> = new Set(['ledger-damaged', 'ledger-not-growing', 'ledger-forked']);
