import { createHash, generateKeyPairSync, randomBytes, type KeyObject } from 'node:crypto';
import { join } from 'node:path';
import { RunningSums } from '../../coordinator/aggregation/running-sums.ts';
import { Contributions, type ContributionHeader } from '../../coordinator/contributions/contributions.ts';
import { Ledgers } from '../../coordinator/ledgers/ledgers.ts';
import { openRound } from '../../coordinator/rounds/round-opening.ts';
import { SiteProgresses } from '../../coordinator/rounds/site-progress.ts';
import type { Round } from '../../coordinator/rounds/round.ts';
import type { Conducting } from '../../coordinator/runs/conducting.ts';
import { Rosters } from '../../coordinator/rosters/rosters.ts';
import type { RecordedRoster } from '../../coordinator/rosters/roster-store.ts';
import { StudyDecisions } from '../../coordinator/rosters/study-decisions.ts';
import { StudyEvents } from '../../coordinator/rosters/study-events.ts';
import { RunContexts } from '../../coordinator/runs/run-context.ts';
import { RunEvents, type RunEvent } from '../../coordinator/runs/run-events.ts';
import { Runs } from '../../coordinator/runs/runs.ts';
import { PayloadFiles } from '../../coordinator/store/payload-files.ts';
import { SpoolFiles } from '../../coordinator/store/spool-files.ts';
import { Store } from '../../coordinator/store/store.ts';
import { Studies } from '../../coordinator/studies/studies.ts';
import { parameterSet } from '../../shared/ciphertexts/parameter-set.ts';
import { tagBytes } from '../../shared/ciphertexts/tag-bytes.ts';
import type { LaneShape } from '../../shared/layouts/lane-packing.ts';
import { laneCount, laneShape, layoutFingerprint, type Part } from '../../shared/layouts/vector-layout.ts';
import type { LedgerHead, LedgerReceipt } from '../../shared/statements/ledger-receipt.ts';
import { GroupKey } from '../../site-agent/encryption/group-key.ts';
import { encryptLanes } from '../../site-agent/encryption/vector-encryption.ts';
import { rawPublicKey } from '../../shared/statements/signature.ts';
import { SetClock } from './set-clock.ts';
import type { PlanJson } from './small-study.ts';
import { signedDecision, signRosterOf } from './signed-roster.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** Of the federation that has an open round. */
const federation = 'a1f7a1f2-3c43-4e8e-9a5c-5a3f6d9b7c10';

export interface SealedPart {
  readonly header: Omit<ContributionHeader, 'ledgerHead'>;
  readonly lanes: Uint32Array;
  readonly shape: LaneShape;
  readonly ciphertexts: Buffer;
}

/** A run that has its keys and an open round, with the coordinator's rules on a real store, and no network. */
export interface OpenRound extends AsyncDisposable {
  readonly store: Store;
  readonly payloads: PayloadFiles;
  readonly spools: SpoolFiles;
  readonly sums: RunningSums;
  readonly contexts: RunContexts;
  readonly clock: SetClock;
  readonly studies: Studies;
  readonly rosters: Rosters;
  readonly decisions: StudyDecisions;
  /** Ed25519, private: signs the rosters. */
  readonly leadKey: KeyObject;
  readonly federation: string;
  readonly ledgers: Ledgers;
  readonly contributions: Contributions;
  readonly conducting: Conducting;
  readonly told: readonly RunEvent[];
  readonly key: GroupKey;
  signingKey(site: string): KeyObject;
  /** Signs the roster of a submitted study. */
  sign(study: string): Promise<RecordedRoster>;
  /** Signs the roster of a submitted study, and every member approves it. */
  approve(study: string): Promise<RecordedRoster>;
  /** The round as it is now. */
  round(): Promise<Round>;
  /** What a site would send: random lanes, encrypted. */
  seal(part?: Part, changes?: Partial<SealedPart['header']>): Promise<SealedPart>;
  /** The head of the site's ledger after one more line. */
  nextHead(site: string): LedgerHead;
  receive(site: string, sealed: SealedPart): Promise<LedgerReceipt>;
}

export async function startOpenRound(plan: PlanJson, sites: readonly string[]): Promise<OpenRound> {
  await using stack = new AsyncDisposableStack();
  const { path } = stack.use(temporaryFolder());
  const clock = new SetClock();
  const store = stack.use(await Store.open(join(path, 'state.sqlite')));
  const payloads = await PayloadFiles.open(join(path, 'payloads'));
  const spools = new SpoolFiles(join(path, 'uploads'), payloads, { require: () => undefined });
  const sums = stack.use(new RunningSums(payloads));
  const events = new RunEvents();
  const told: RunEvent[] = [];
  events.listen((event) => told.push(event));
  const studies = new Studies(store, clock);
  const contexts = new RunContexts(studies);
  const studyEvents = new StudyEvents();
  const rosters = new Rosters({ store, studies, federation, events: studyEvents, clock, onSubmitted: () => undefined });
  const decisions = new StudyDecisions({ store, federation, events: studyEvents, clock });
  const leadKey = generateKeyPairSync('ed25519').privateKey;
  const runs = new Runs({ store, payloads, contexts, events, clock, onChanged: () => undefined });
  const signingKeys = new Map(sites.map((site) => [site, generateKeyPairSync('ed25519')]));
  await store.transaction(async (tables) => {
    for (const [name, { publicKey }] of signingKeys) {
      await tables.sites.save({ name, signingKey: rawPublicKey(publicKey), agreementKey: randomBytes(32), certificateFingerprint: name, certificateExpiresAtMs: 0, renewal: null, enrolledAtMs: 0, revokedAtMs: null });
    }
  });
  await studies.submit(Buffer.from(JSON.stringify(plan)), 'test');
  const sign = async (study: string) => {
    const enrolled = (await store.read.sites.list()).map(({ name, signingKey }) => ({ site: name, signingKey }));
    return signRosterOf({ rosters, studies }, study, { federation, enrolled, leadKey });
  };
  const approve = async (study: string) => {
    const recorded = await sign(study);
    for (const { site } of recorded.roster.members) await decisions.decide(site, signedDecision(recorded.roster, site, signingKeys.get(site)!.privateKey));
    return recorded;
  };
  await approve(plan.study);
  const { id } = await runs.start(plan.study, 'test', 1);
  await store.transaction((tables) => tables.runs.update(id, { state: 'RUNNING' }));
  const run = await runs.get(id);
  const context = await contexts.of(plan.study);
  const tell: Conducting['tell'] = (event, detail = {}) => events.publish({ run: id, at: '', event, ...detail });
  const conducting: Conducting = { federation, store, payloads, spools, sums, clock, startedAtMs: 0, run, context, tell };
  await openRound(conducting, undefined);
  const epoch = await store.read.epochs.findByRun(id);
  const key = stack.use(await GroupKey.make());
  const ledgers = new Ledgers({ store, federation, signingKey: generateKeyPairSync('ed25519').privateKey, clock });
  const contributions = new Contributions({ store, payloads, spools, sums, contexts, ledgers, events, progress: new SiteProgresses({ read: store.read, contexts, events: new RunEvents(), clock }), clock });
  const round = async () => (await store.read.rounds.list(id)).at(-1) as Round;
  const ledgerLines = new Map<string, number>();
  const nextHead = (site: string) => {
    const sequence = (ledgerLines.get(site) ?? 0) + 1;
    ledgerLines.set(site, sequence);
    return { sequence, hash: sha256(Buffer.from(`${site} ${sequence}`)) };
  };
  const resources = stack.move();
  return {
    store,
    payloads,
    spools,
    sums,
    contexts,
    clock,
    studies,
    rosters,
    decisions,
    leadKey,
    federation,
    sign,
    approve,
    ledgers,
    contributions,
    conducting,
    told,
    key,
    round,
    signingKey: (site) => signingKeys.get(site)!.privateKey,
    async seal(part = 'statistics', changes = {}) {
      const { purpose, id: roundId, attempt } = await round();
      const layout = context.layouts(run, purpose).get(part)!;
      const lanes = Uint32Array.from({ length: laneCount(layout) }, () => Math.floor(Math.random() * 2 ** layout.lanes.valueBits));
      const ciphertexts = Buffer.concat(await Array.fromAsync(encryptLanes(key, lanes, layout.lanes)));
      const header: SealedPart['header'] = {
        run: id,
        round: roundId,
        attempt,
        part,
        epoch: epoch!.number,
        layoutFingerprint: layoutFingerprint(layout),
        parameterSet: parameterSet.name,
        nonce: randomBytes(16),
        totalBytes: ciphertexts.length,
        digest: sha256(ciphertexts),
        tag: tagBytes(1n),
        fromByte: 0,
        ...changes,
      };
      return { header, lanes, shape: laneShape(layout), ciphertexts };
    },
    nextHead,
    receive: (site, { header, ciphertexts }) => contributions.receive(site, { ...header, ledgerHead: nextHead(site) }, inChunks(ciphertexts)),
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

/** A sealed part whose bytes were changed, announced with the digest that they have now. */
export function altered({ header, ciphertexts, ...sealed }: SealedPart, change: (bytes: Buffer) => Buffer): SealedPart {
  const bytes = change(Buffer.from(ciphertexts));
  return { header: { ...header, totalBytes: bytes.length, digest: sha256(bytes) }, ...sealed, ciphertexts: bytes };
}

async function* inChunks(bytes: Buffer): AsyncGenerator<Buffer> {
  const chunkBytes = 20_000;
  for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes);
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
