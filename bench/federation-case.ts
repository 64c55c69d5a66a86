import { mkdirSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import type { LaneName } from '../shared/studies/plan.ts';
import { temporaryFolder } from '../test/support/temporary-folder.ts';
import { startBenchFederation } from './bench-federation.ts';
import { measureTransportFloor, type FloorFigures } from './clear/transport-floor.ts';
import { BenchPrograms } from './bench-programs.ts';
import { processUse } from './process-meter.ts';
import { median, quantile } from './quantiles.ts';
import { rejection } from './rejection.ts';
import { medianPhases, roundTimelines, type Phase, type RoundTimeline } from './round-timeline.ts';
import { WireMeter } from './wire-meter.ts';
import { allowedError } from './work-plan.ts';
import { lanesOf, largestError, parametersOf, type Work } from './work.ts';

/** What one federation cost; bytes are whole, memory is in MiB, time in seconds. */
export interface FederationFigures {
  readonly case: string;
  readonly parameters: number;
  readonly sites: number;
  readonly rounds: number;
  /** Bits of a value, and of head-room. */
  readonly lanes: LaneName;
  /** From the round's opening to its publication: median, smallest and largest of the rounds after the first. */
  readonly secondsPerRound: number;
  readonly secondsPerRoundMin: number;
  readonly secondsPerRoundMax: number;
  /** Nearest rank: the largest where there are fewer than twenty. */
  readonly secondsPerRoundP95: number;
  readonly secondsFirstRound: number;
  /** The publication of one round to that of the next, which the peers' figures do not hold. */
  readonly secondsPerCycle: number;
  readonly phases: Readonly<Record<Phase, number>>;
  /** From the request to start a run to the first round's opening: keys are made and shared. */
  readonly secondsToFirstRound: number;
  readonly bytesUpPerSiteRound: number | null;
  readonly bytesDownPerSiteRound: number | null;
  readonly coordinatorPeakMiB: number | null;
  /** When the run had ended. */
  readonly coordinatorResidentMiB: number | null;
  /** Watch streams that the coordinator held when the run had ended. */
  readonly openStreams: number;
  /** Of the largest agent process. */
  readonly sitePeakMiB: number | null;
  readonly coordinatorCpuSecondsPerRound: number | null;
  readonly siteCpuSecondsPerRound: number | null;
  /** The machine's load average of one minute when the run began: whatever else it was doing takes time from all figures. */
  readonly loadBefore: number;
  /** Of the last model, from the exact mean of what the sites answered. */
  readonly largestError: number;
  readonly encrypted: true;
  /** The transport floor of the same run: raw float32 over the same connections, and nothing else. */
  readonly clear: FloorFigures | null;
}

export interface FederationCaseOptions {
  readonly signal: AbortSignal;
  /** Agents in one process; 1 is what a hospital has. */
  readonly agentsPerProcess?: number;
  /** How many agents of one process work on a model at the same moment. */
  readonly atOnce?: number;
  /** Measure the transport floor as well. */
  readonly floor?: boolean;
  /** A folder for CPU profiles of the coordinator and of one agent. */
  readonly profiles?: string | undefined;
  /** A folder that stays, with the logs; otherwise nothing does. */
  readonly keep?: string | undefined;
  readonly onProgress?: (text: string) => void;
}

/** Runs a federation of real processes over the work, and checks that its last model is the one that it should be. */
export async function measureFederation(work: Work, { signal, agentsPerProcess = 1, atOnce, floor = false, profiles, keep, onProgress = () => undefined }: FederationCaseOptions): Promise<FederationFigures> {
  using folder = temporaryFolder();
  const logs = keep ?? join(folder.path, 'logs');
  mkdirSync(logs, { recursive: true });
  await using programs = new BenchPrograms(logs, signal, profiles);
  onProgress(`${work.name}: ${work.sites} sites join and agree.`);
  await using federation = await startBenchFederation({ path: folder.path, programs, work, agentsPerProcess, atOnce, signal: programs.signal });
  await using wire = await WireMeter.start(federation.sitePort);
  const pids = [federation.coordinator, ...federation.agents].map(({ pid }) => pid);
  const cpuBefore = pids.map((pid) => processUse(pid)?.cpuSeconds);
  onProgress(`${work.name}: ${work.rounds} rounds of ${parametersOf(work).toLocaleString('en')} parameters.`);
  const loadBefore = loadavg()[0]!;
  const startedAtMs = Date.now();
  const run = await federation.start();
  await Promise.race([federation.runEnds(run), rejection(programs.signal)]);
  const use = pids.map((pid) => processUse(pid));
  const openStreams = Number(/^consilium_connected_sites (\d+)$/m.exec(await federation.metricsPage())?.[1]);
  const timelines = roundTimelines(await federation.auditEvents(), await federation.departures());
  if (timelines.length !== work.rounds) throw new Error(`${timelines.length} of ${work.rounds} rounds were published.`);
  const error = largestError(work, federation.sites, { ...(await federation.weights(run)), rounds: work.rounds });
  if (!(error <= allowedError(work))) throw new Error(`The last model is ${error} away from the mean of what the sites sent; ${allowedError(work)} is allowed.`);

  await federation.end();
  if (floor) onProgress(`${work.name}: the same bytes in the clear.`);
  const clear = floor ? await measureTransportFloor(work, { programs, ...federation }) : null;

  const cpu = (index: number) => perRound(use[index]?.cpuSeconds, cpuBefore[index], timelines);
  const bytes = wire?.between(timelines[0]!.openedAtMs, timelines.at(-1)!.publishedAtMs);
  const share = (total: number | undefined) => (total === undefined ? null : Math.round(total / work.sites / timelines.length));
  const agentUse = use.slice(1);
  const warm = timelines.length > 1 ? timelines.slice(1) : timelines;
  const seconds = warm.map((timeline) => timeline.seconds);
  const agentsCpu = agentUse.map((_, index) => cpu(index + 1)).filter((value) => value !== null);
  return {
    case: work.name,
    parameters: parametersOf(work),
    sites: work.sites,
    rounds: timelines.length,
    lanes: lanesOf(work),
    secondsPerRound: median(seconds),
    secondsPerRoundMin: Math.min(...seconds),
    secondsPerRoundMax: Math.max(...seconds),
    secondsPerRoundP95: quantile(seconds, 0.95),
    secondsFirstRound: timelines[0]!.seconds,
    secondsPerCycle: median(warm.map((timeline) => timeline.seconds + timeline.phases.before)),
    phases: medianPhases(warm),
    secondsToFirstRound: (timelines[0]!.openedAtMs - startedAtMs) / 1000,
    bytesUpPerSiteRound: share(bytes?.up),
    bytesDownPerSiteRound: share(bytes?.down),
    coordinatorPeakMiB: use[0]?.peakMiB ?? null,
    coordinatorResidentMiB: use[0]?.residentMiB ?? null,
    openStreams,
    sitePeakMiB: agentUse.some((one) => one) ? Math.max(...agentUse.map((one) => one?.peakMiB ?? 0)) : null,
    coordinatorCpuSecondsPerRound: cpu(0),
    siteCpuSecondsPerRound: agentsCpu.length === 0 ? null : agentsCpu.reduce((sum, value) => sum + value, 0) / work.sites,
    loadBefore,
    largestError: error,
    encrypted: true,
    clear,
  };
}

/** The whole run's, keys and the closing evaluation with it, over its training rounds. */
function perRound(after: number | undefined, before: number | undefined, timelines: readonly RoundTimeline[]): number | null {
  return after === undefined || before === undefined ? null : (after - before) / timelines.length;
}
