import { Command } from 'commander';
import { wholeNumber } from '../../shared/command-line/whole-number-argument.ts';
import { startFuzzedFederation } from './fuzzed-federation.ts';
import { fuzz, type FuzzResult } from './fuzzing.ts';

const options = new Command('npm run fuzz --')
  .description('Attack a coordinator with hostile messages, over every call and every operation, while a run of it waits; then look at what is left.')
  .option('--messages <number>', 'send at least as many', wholeNumber, 20_000)
  .option('--seed <number>', 'of everything that is random', wholeNumber, 1)
  .option('--from <number>', 'leave out the attacks before this one, to make one again', wholeNumber, 0)
  .option('--json', 'print JSON')
  .parse()
  .opts<{ messages: number; seed: number; from: number; json?: boolean }>();
const { seed } = options;

await using federation = await startFuzzedFederation();
const before = await federation.runState();
const started = process.hrtime.bigint();
let told = 0;
const result = await fuzz(federation, {
  messages: options.messages,
  seed,
  from: options.from,
  onProgress: ({ sent, perSecond, rss }) => {
    const seconds = Number((process.hrtime.bigint() - started) / 1_000_000_000n);
    if (seconds < told + 5) return;
    told = seconds;
    process.stderr.write(`${seconds} s  ${sent} messages  ${perSecond.toFixed(0)} a second  ${mebibytes(rss)} MiB\n`);
  },
});
const after = await federation.runState();
const auditEvents = await federation.auditEvents();
const ready = (await fetch(`${federation.coordinator.operationsUrl}/readyz`)).ok;
const unchanged = JSON.stringify(before) === JSON.stringify(after);
const { state, reason, sums, exactSums } = await federation.finish();
const report = { seed, ...result, ready, unchanged, auditEvents, run: { state, reason, sums, exactSums } };

if (options.json) say(JSON.stringify(report, undefined, 2));
else tell(result);
const good = ready && unchanged && state === 'COMPLETED' && exactSums === sums && result.defects.length === 0;
process.exitCode = good ? 0 : 1;

function tell({ messages, attacks, seconds, messagesPerSecond, defects, rssEarly, rssLate, rssMax, heapEarly, heapLate, eventLoopDelayP99Ms, handlesBefore, handlesAfter, answers }: FuzzResult): void {
  say(`${messages} hostile messages in ${attacks} calls and requests, ${seconds.toFixed(1)} s, ${messagesPerSecond.toFixed(0)} a second (seed ${seed}).`);
  say(`Memory ${mebibytes(rssEarly)} MiB after the first tenth, ${mebibytes(rssLate)} MiB in the last, ${mebibytes(rssMax)} MiB at most; heap in use ${mebibytes(heapEarly)} and ${mebibytes(heapLate)} MiB. Event loop delay, 99th percentile: ${eventLoopDelayP99Ms.toFixed(1)} ms.`);
  say(`Open connections ${handlesBefore} before, ${handlesAfter} after. ${ready ? 'Ready' : 'NOT READY'}; stored state ${unchanged ? 'unchanged' : 'CHANGED'}; ${auditEvents} audit events verified.`);
  say(`The run that had waited: ${state}${reason && ` (${reason})`}, ${exactSums} of ${sums} sums exact.`);
  for (const [answer, count] of Object.entries(answers).toSorted(([, a], [, b]) => b - a)) say(`  ${String(count).padStart(8)}  ${answer}`);
  if (!unchanged) say(JSON.stringify({ before, after }, undefined, 1));
  for (const { what, index, made, count } of defects) say(`DEFECT ${count} times: ${what}\n  first at --seed ${seed} --from ${index} --messages 1: ${made}`);
}

function mebibytes(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(1);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
