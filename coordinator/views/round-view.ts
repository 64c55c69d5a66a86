import type { RoundResource } from '../../shared/http-api/run-resource.ts';
import { trainingRoundOf, type RoundPurpose } from '../../shared/studies/round-purpose.ts';
import { contributorsOf, offerId } from '../rounds/round-closing.ts';
import type { Decline, Round } from '../rounds/round.ts';
import type { RunTables } from '../runs/run-tables.ts';
import type { Run } from '../runs/run.ts';
import { isoOf, isoOrNull } from './iso-times.ts';
import type { RunSources } from './run-sources.ts';
import { siteProgressView } from './site-progress-view.ts';

/** What all rounds of a run have in common. */
interface Surroundings {
  readonly members: readonly string[];
  readonly declines: readonly Decline[];
  readonly schedule: readonly RoundPurpose[];
  readonly nowMs: number;
  readonly progress: RunSources['progress'];
}

/** Rounds of a run as people see them. */
export async function roundViews({ read, contexts, progress }: RunSources, run: Run, rounds: readonly Round[], nowMs: number): Promise<RoundResource[]> {
  const epoch = await read.epochs.findByRun(run.id);
  const members = epoch ? await read.epochs.members(epoch.number) : [];
  const { schedule } = await contexts.of(run.study);
  const surroundings = { members: members.map(({ site }) => site), declines: await read.rounds.declines(run.id), schedule, nowMs, progress };
  const views: RoundResource[] = [];
  for (const round of rounds) views.push(await roundView(read, round, surroundings));
  return views;
}

async function roundView(read: RunTables, round: Round, { members, declines, schedule, nowMs, progress }: Surroundings): Promise<RoundResource> {
  const contributors = contributorsOf(round, await read.contributions.list(round.id));
  const declined = declines.filter(({ assignment }) => assignment === offerId(round)).map(({ site, code }) => ({ site, code }));
  const late = (await read.contributions.late(round.id)).map(({ site }) => site);
  const answered = new Set([...contributors, ...declined.map(({ site }) => site)]);
  const trainingRound = trainingRoundOf(schedule, round.number);
  return {
    number: round.number,
    purpose: round.purpose,
    trainingRound: trainingRound === 0 ? null : trainingRound,
    state: round.state,
    reason: round.reason,
    openedAt: isoOf(round.openedAtMs),
    deadlineAt: isoOf(round.deadlineAtMs),
    endedAt: isoOrNull(round.endedAtMs),
    seconds: ((round.endedAtMs ?? nowMs) - round.openedAtMs) / 1000,
    contributors,
    missing: members.filter((site) => !answered.has(site)),
    late,
    declined,
    progress: progress.of(round).filter(({ site }) => !answered.has(site)).map(siteProgressView),
    baseVersion: round.baseVersion,
    evaluation: (evaluates(round) && (await read.modelVersions.evaluation(round.baseVersion))) || null,
    bytesUp: round.bytesUp,
    bytesDown: round.bytesDown,
  };
}

/** The first version is the base of the statistics rounds before training as well; they do not evaluate it. */
function evaluates({ purpose, state }: Round): boolean {
  return state === 'PUBLISHED' && (purpose === 'training' || purpose === 'evaluation');
}
