/**
 * `npm run bench`: what Consilium costs, on this machine, in figures that can be compared with those of its peers.
 * Nothing is kept: neither figures nor folders.
 */
import { parseArgs } from 'node:util';
import type { OutputStream } from '../shared/command-line/command-io.ts';
import { interruptionSignal } from '../shared/command-line/interruption.ts';
import { measureFederation, type FederationFigures } from './federation-case.ts';
import { writeFederationTable } from './federation-table.ts';
import { measureLaunch } from './launch-case.ts';
import { publishedLines, secondsByPeer, type PeerLine } from './peers/peer-figures.ts';
import { runPeers } from './peers/run-peers.ts';
import { agentCounts, measureAgents, measureSites, siteCounts, type ScaleRow } from './scale-case.ts';
import { writeKernelTable, writeLaunch, writePeerTable, writeScaleTable } from './case-tables.ts';
import { measureSecureSum } from './secure-sum-case.ts';
import { laneNameOf, lanesOf, works } from './work.ts';

const help = `npm run bench -- [--case NAME ...] [--lanes NAME] [--quick] [--json] [--peers none|published|run]

  --case NAME    secure-sum, tiny, mobile, large, agents, sites or launch; may be given more than once; without it, all of them
  --lanes NAME   bits of a value and of head-room for secure-sum, tiny, mobile and large; without it 14+3, which is as exact as the encryption of the peers
  --quick        fewer rounds and smaller federations, and without large and sites unless they are named: some minutes instead of an hour or more
  --peers        run: Flower and NVIDIA FLARE on this machine, one after the other, if npm run bench:peers-setup has installed them
                 published (the default): figures of another machine that lie beside their scripts, if they are there
                 none: no peers
  --json         a line for each figure, and at the end one summary line for each case
`;
const names = ['secure-sum', 'tiny', 'mobile', 'large', 'agents', 'sites', 'launch'] as const;
const peerChoices = ['none', 'published', 'run'] as const;

const { values } = parseArgs({
  options: {
    case: { type: 'string', multiple: true },
    lanes: { type: 'string' },
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    peers: { type: 'string', default: 'published' },
    help: { type: 'boolean', default: false },
  },
});
const wanted: readonly string[] = values.case ?? names.filter((name) => !values.quick || !['large', 'sites'].includes(name));
const wrong = [...wanted.filter((name) => !(names as readonly string[]).includes(name)), ...((peerChoices as readonly string[]).includes(values.peers) ? [] : [values.peers])];
if (values.help || wrong.length > 0) {
  process.stderr.write(`${wrong.length > 0 ? `Not known: ${wrong.join(', ')}\n\n` : ''}${help}`);
  process.exit(wrong.length > 0 ? 2 : 0);
}

const lanes = laneNameOf(values.lanes);
const signal = interruptionSignal();
const stdout: OutputStream = process.stdout;
const onProgress = (text: string) => process.stderr.write(`${new Date().toISOString()} ${text}\n`);
const summaries: object[] = [];

try {
  for (const name of names.filter((name) => wanted.includes(name))) await measure(name);
} catch (error) {
  if (!signal.aborted) throw error;
  process.exitCode = 130;
}
if (values.json) for (const summary of summaries) print({ event: 'summary', ...summary });

async function measure(name: (typeof names)[number]): Promise<void> {
  switch (name) {
    case 'secure-sum': {
      const { rows, criticalPathSeconds } = await measureSecureSum({ lanes: lanesOf({ ...works['mobile']!, ...lanes }), signal });
      const peers = { 'tenseal-kernel': (await peersOf('mobile', { kernelOnly: true })).seconds['tenseal-kernel'] ?? null };
      if (values.json) rows.forEach((row) => print({ ...row, case: name }));
      else writeKernelTable(stdout, rows, { criticalPathSeconds, tensealSeconds: peers['tenseal-kernel'] });
      summaries.push({ case: name, criticalPathSeconds, peers });
      return;
    }
    case 'tiny':
    case 'mobile':
    case 'large':
      return measureWork(name);
    case 'agents':
      return report(name, measureAgents({ sites: values.quick ? [3, 10, 25] : agentCounts, ...(values.quick && { rounds: 5 }), signal, onProgress }));
    case 'sites':
      return report(name, measureSites({ sites: values.quick ? [5, 10] : siteCounts, signal, onProgress }));
    case 'launch': {
      const figures = await measureLaunch({ signal, onProgress });
      if (!values.json) writeLaunch(stdout, figures);
      summaries.push(figures);
    }
  }
}

async function measureWork(name: 'tiny' | 'mobile' | 'large'): Promise<void> {
  const work = { ...works[name]!, ...lanes };
  const figures = await measureFederation({ ...work, ...(values.quick && { rounds: Math.min(work.rounds, name === 'tiny' ? 5 : 2) }) }, { signal, floor: true, onProgress });
  const peers = await peersOf(name);
  if (values.json) print({ event: 'row', ...figures });
  else {
    writeFederationTable(stdout, [figures]);
    writePeerTable(stdout, figures, peers);
  }
  summaries.push({ ...figures, encryptedToClear: toClear(figures), peers: peers.seconds, peersMeasured: peers.measured });
}

async function report(name: ScaleRow['case'], rows: AsyncIterable<ScaleRow>): Promise<void> {
  const measured: FederationFigures[] = [];
  for await (const { figures } of rows) {
    measured.push(figures);
    if (values.json) print({ event: 'row', ...figures, case: name });
  }
  if (!values.json) writeScaleTable(stdout, name, measured);
  const { case: _of, clear: _none, ...largest } = measured.at(-1)!;
  summaries.push({ ...largest, case: name, coordinatorPeakMiBBySites: Object.fromEntries(measured.map(({ sites, coordinatorPeakMiB }) => [sites, coordinatorPeakMiB])) });
}

/** @param kernelOnly what a round of theirs costs is not asked for, so that nobody has to wait for it */
async function peersOf(work: string, { kernelOnly = false } = {}): Promise<{ seconds: Readonly<Record<string, number>>; measured: 'here' | 'elsewhere' | null }> {
  if (values.peers === 'none') return { seconds: {}, measured: null };
  const run = values.peers === 'run' && !kernelOnly;
  const lines: readonly PeerLine[] = run ? await runPeers(work, { signal, onProgress }) : publishedLines();
  const seconds = secondsByPeer(lines, work);
  return { seconds, measured: Object.keys(seconds).length === 0 ? null : run ? 'here' : 'elsewhere' };
}

function toClear({ secondsPerRound, clear }: FederationFigures): number | null {
  return clear && secondsPerRound / clear.secondsPerRound;
}

function print(line: object): void {
  stdout.write(`${JSON.stringify(line)}\n`);
}
