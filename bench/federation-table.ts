import { writeTable } from '../shared/command-line/table.ts';
import type { OutputStream } from '../shared/command-line/command-io.ts';
import type { FederationFigures } from './federation-case.ts';
import { phases } from './round-timeline.ts';

const whole = (value: number | null) => (value === null ? '-' : Math.round(value).toLocaleString('en'));
const fixed = (value: number | null, digits = 2) => (value === null ? '-' : value.toFixed(digits));

/** Figures of federations, a row each, and below where the time of a round goes. */
export function writeFederationTable(stream: OutputStream, rows: readonly FederationFigures[]): void {
  type Row = FederationFigures;
  const right = { align: 'right' } as const;
  writeTable(stream, [
    { title: 'CASE', text: ({ case: name }: Row) => name },
    { title: 'PARAMETERS', text: ({ parameters }: Row) => whole(parameters), ...right },
    { title: 'SITES', text: ({ sites }: Row) => String(sites), ...right },
    { title: 'BITS', text: ({ lanes }: Row) => lanes, ...right },
    { title: 'S/ROUND', text: ({ secondsPerRound, secondsPerRoundMin, secondsPerRoundMax }: Row) => `${fixed(secondsPerRound)} [${fixed(secondsPerRoundMin)}-${fixed(secondsPerRoundMax)}]`, ...right },
    { title: 'FIRST', text: ({ secondsFirstRound }: Row) => fixed(secondsFirstRound), ...right },
    { title: 'UP B/SITE/ROUND', text: ({ bytesUpPerSiteRound }: Row) => whole(bytesUpPerSiteRound), ...right },
    { title: 'DOWN B/SITE/ROUND', text: ({ bytesDownPerSiteRound }: Row) => whole(bytesDownPerSiteRound), ...right },
    { title: 'COORDINATOR MIB', text: ({ coordinatorPeakMiB }: Row) => whole(coordinatorPeakMiB), ...right },
    { title: 'SITE MIB', text: ({ sitePeakMiB }: Row) => whole(sitePeakMiB), ...right },
    { title: 'LOAD BEFORE', text: ({ loadBefore }: Row) => fixed(loadBefore, 1), ...right },
    { title: 'IN THE CLEAR', text: ({ clear }: Row) => fixed(clear?.secondsPerRound ?? null, 3), ...right },
    { title: 'LARGEST ERROR', text: ({ largestError }: Row) => largestError.toExponential(0), ...right },
  ], rows);
  stream.write('\nSeconds of a round by phase, medians after the first round; processor seconds a round of the coordinator and of one site\n');
  writeTable(stream, [
    { title: 'CASE', text: ({ case: name }: Row) => name },
    ...phases.map((phase) => ({ title: phase.toUpperCase(), text: ({ phases: seconds }: Row) => fixed(seconds[phase], 3), ...right })),
    { title: 'CPU COORDINATOR', text: ({ coordinatorCpuSecondsPerRound }: Row) => fixed(coordinatorCpuSecondsPerRound), ...right },
    { title: 'CPU SITE', text: ({ siteCpuSecondsPerRound }: Row) => fixed(siteCpuSecondsPerRound), ...right },
  ], rows);
}
