import type { OutputStream } from '../shared/command-line/command-io.ts';
import { writeTable } from '../shared/command-line/table.ts';
import type { FederationFigures } from './federation-case.ts';
import type { LaunchFigures } from './launch-case.ts';
import type { PeerSeconds } from './peers/peer-figures.ts';
import type { KernelRow } from './secure-sum-case.ts';

const right = { align: 'right' } as const;
const whole = (value: number | null) => (value === null ? '-' : Math.round(value).toLocaleString('en'));

export function writeKernelTable(stream: OutputStream, rows: readonly KernelRow[], { criticalPathSeconds, tensealSeconds }: { criticalPathSeconds: number; tensealSeconds: number | null }): void {
  stream.write('\nSecure sum, one thread\n');
  writeTable(stream, [
    { title: 'STEP', text: ({ step }: KernelRow) => step },
    { title: 'VALUES/S', text: ({ valuesPerSecond }: KernelRow) => whole(valuesPerSecond), ...right },
    { title: 'S/MILLION', text: ({ secondsPerMillionValues }: KernelRow) => secondsPerMillionValues.toFixed(3), ...right },
  ], rows);
  stream.write(`Critical path of mobile, every site on its own machine, nothing sent: ${criticalPathSeconds.toFixed(2)} s`);
  stream.write(tensealSeconds === null ? '\n' : `; TenSEAL with NVIDIA FLARE's parameters, on another machine: ${tensealSeconds.toFixed(2)} s\n`);
}

export function writePeerTable(stream: OutputStream, figures: FederationFigures, { seconds, measured }: { seconds: PeerSeconds; measured: 'here' | 'elsewhere' | null }): void {
  const rows = [
    { name: 'Consilium, encrypted', seconds: figures.secondsPerRound, where: 'this run' },
    ...(figures.clear ? [{ name: 'transport floor, in the clear', seconds: figures.clear.secondsPerRound, where: 'this run' }] : []),
    ...Object.entries(seconds).map(([name, round]) => ({ name, seconds: round, where: measured === 'here' ? 'this run' : 'PUBLISHED, ANOTHER MACHINE' })),
  ];
  stream.write('\n');
  writeTable(stream, [
    { title: `BESIDE EACH OTHER: ${figures.case}`, text: ({ name }: (typeof rows)[number]) => name },
    { title: 'S/ROUND', text: ({ seconds: round }) => round.toFixed(3), ...right },
    { title: 'MEASURED IN', text: ({ where }) => where },
  ], rows);
  stream.write('The floor moves raw float32 there and back over the same connections and takes the mean: no encryption, records, agreement, checks or disk.\n');
}

export function writeScaleTable(stream: OutputStream, name: string, rows: readonly FederationFigures[]): void {
  type Row = FederationFigures;
  stream.write(`\n${name === 'agents' ? 'Simulated agents on one coordinator, 14 parameters' : 'Sites on one coordinator, 3.49 million parameters'}\n`);
  writeTable(stream, [
    { title: 'SITES', text: ({ sites }: Row) => String(sites), ...right },
    { title: 'ROUNDS', text: ({ rounds }: Row) => String(rounds), ...right },
    { title: 'S/ROUND', text: ({ secondsPerRound }: Row) => secondsPerRound.toFixed(2), ...right },
    { title: 'P95', text: ({ secondsPerRoundP95 }: Row) => secondsPerRoundP95.toFixed(2), ...right },
    { title: 'COORDINATOR PEAK MIB', text: ({ coordinatorPeakMiB }: Row) => whole(coordinatorPeakMiB), ...right },
    { title: 'RESIDENT MIB', text: ({ coordinatorResidentMiB }: Row) => whole(coordinatorResidentMiB), ...right },
    { title: 'CPU S/ROUND', text: ({ coordinatorCpuSecondsPerRound }: Row) => coordinatorCpuSecondsPerRound?.toFixed(2) ?? '-', ...right },
    { title: 'OPEN STREAMS', text: ({ openStreams }: Row) => String(openStreams), ...right },
  ], rows);
}

export function writeLaunch(stream: OutputStream, { sites, secondsToReady, secondsToFirstRound }: LaunchFigures): void {
  stream.write(`\nLaunch: a coordinator and ${sites} sites that have joined start at once. Ready after ${secondsToReady.toFixed(1)} s, first round offered after ${secondsToFirstRound.toFixed(1)} s.\n`);
}
