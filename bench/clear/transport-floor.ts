import { z } from 'zod';
import type { BenchPrograms } from '../bench-programs.ts';
import { processUse } from '../process-meter.ts';
import { median } from '../quantiles.ts';
import { WireMeter } from '../wire-meter.ts';
import { parametersOf, type Work } from '../work.ts';

/** What is left of a round without encryption, and without all that surrounds it: the bytes of the model there and back, and a mean. */
export interface FloorFigures {
  readonly secondsPerRound: number;
  readonly bytesUpPerSiteRound: number | null;
  readonly bytesDownPerSiteRound: number | null;
  readonly coordinatorPeakMiB: number | null;
  readonly sitePeakMiB: number | null;
}

const serverReady = z.object({ port: z.int() });
const serverResult = z.object({ seconds: z.array(z.number()) });

/** Measures it between processes with the certificates, channel and chunks of a federation that is not at work meanwhile. */
export async function measureTransportFloor(
  work: Work,
  { programs, coordinatorFolder, siteFolders }: { programs: BenchPrograms; coordinatorFolder: string; siteFolders: readonly string[] },
): Promise<FloorFigures> {
  const rounds = String(work.rounds);
  const server = await programs.start('floor-server', 'bench/clear/floor-server-process.ts', ['--parameters', String(parametersOf(work)), '--sites', String(work.sites), '--rounds', rounds, coordinatorFolder]);
  const { port } = serverReady.parse(server.ready);
  await using wire = await WireMeter.start(port);
  const startedAtMs = Date.now();
  const sites = await Promise.all(
    siteFolders.map((folder, index) => programs.start(`floor-site-${index + 1}`, 'bench/clear/floor-site-process.ts', ['--port', String(port), '--tensors', JSON.stringify(work.tensors), '--rounds', rounds, folder])),
  );
  const { seconds } = serverResult.parse(JSON.parse(await server.next()));
  await wire?.look();
  const bytes = wire?.between(startedAtMs, Date.now());
  const share = (total: number | undefined) => (total === undefined ? null : Math.round(total / work.sites / work.rounds));
  const peaks = sites.map(({ pid }) => processUse(pid)?.peakMiB ?? 0);
  const figures = {
    secondsPerRound: median(seconds.length > 1 ? seconds.slice(1) : seconds),
    bytesUpPerSiteRound: share(bytes?.up),
    bytesDownPerSiteRound: share(bytes?.down),
    coordinatorPeakMiB: processUse(server.pid)?.peakMiB ?? null,
    sitePeakMiB: Math.max(...peaks) || null,
  };
  for (const { name } of [...sites, server]) await programs.end(name);
  return figures;
}
