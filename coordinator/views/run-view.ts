import type { EvaluationResource } from '../../shared/http-api/evaluation-resource.ts';
import type { RunDetailResource, RunResource } from '../../shared/http-api/run-resource.ts';
import type { RunTables } from '../runs/run-tables.ts';
import type { Run } from '../runs/run.ts';
import { isoOf, isoOrNull } from './iso-times.ts';
import { roundViews } from './round-view.ts';
import type { RunSources } from './run-sources.ts';
import { runWaitView } from './run-wait-view.ts';

/** A run as people see it. */
export async function runView({ read, contexts, waits, connectedSites }: RunSources, run: Run, nowMs: number): Promise<RunResource> {
  const epoch = await read.epochs.findByRun(run.id);
  const members = epoch ? await read.epochs.members(epoch.number) : [];
  const rounds = await read.rounds.list(run.id);
  const versions = await read.modelVersions.list(run.id);
  const { schedule } = await contexts.of(run.study);
  const hindrance = await waits.of(run, nowMs);
  return {
    id: run.id,
    study: run.study,
    state: run.state,
    reason: run.reason,
    startedAt: isoOf(run.startedAtMs),
    endedAt: isoOrNull(run.endedAtMs),
    waiting: hindrance ? runWaitView(hindrance, connectedSites.names) : null,
    sites: members.map(({ site }) => site),
    scheduledRounds: schedule.length,
    publishedRounds: rounds.filter(({ state }) => state === 'PUBLISHED').length,
    modelVersion: versions.at(-1)?.digest ?? '',
    evaluation: await latestEvaluation(read, versions.map(({ digest }) => digest)),
  };
}

export async function runDetailView(sources: RunSources, run: Run, nowMs: number): Promise<RunDetailResource> {
  const rounds = await sources.read.rounds.list(run.id);
  return { ...(await runView(sources, run, nowMs)), parameters: run.parameters, rounds: await roundViews(sources, run, rounds, nowMs) };
}

/** Versions are evaluated a round after they are made, so the last one or two have no evaluation yet. */
async function latestEvaluation(read: RunTables, digests: readonly string[]): Promise<EvaluationResource | null> {
  for (const digest of digests.toReversed()) {
    const evaluation = await read.modelVersions.evaluation(digest);
    if (evaluation) return evaluation;
  }
  return null;
}
