import { Command } from 'commander';
import { writeTable } from '../../shared/command-line/table.ts';
import { wholeNumber } from '../../shared/command-line/whole-number-argument.ts';
import { chaos, type NumberedRun } from './chaos.ts';
import { sites } from './federation-template.ts';
import { faultText, schedule } from './schedule.ts';

const program = new Command('npm run chaos --')
  .description('Kill processes of real runs at random moments, disturb wires, disk and clocks, and check that every run ends with the same model as an undisturbed one.')
  .option('--kills <number>', 'kill at least as many processes, over all runs', wholeNumber, 200)
  .option('--kills-per-run <number>', 'in each run at most', wholeNumber, 15)
  .option('--rounds <number>', 'training rounds of each run', wholeNumber, 4)
  .option('--seed <number>', 'of weights, training and faults', wholeNumber, 1)
  .option('--run <number>', 'only this run of the seed, to play it again', wholeNumber)
  .option('--keep <folder>', 'keep the folders and logs of runs that went wrong')
  .option('--json', 'print JSON, one object a line')
  .parse();
const options = program.opts<{ kills: number; killsPerRun: number; rounds: number; seed: number; run?: number; keep?: string; json?: boolean }>();
const say = (line: string): void => void process.stdout.write(`${line}\n`);

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1)); // takes its processes along
const runs: NumberedRun[] = [];
const summary = await chaos({
  ...options,
  trainingRounds: options.rounds,
  scheduleOf: (run) => schedule(options.seed, run, options.killsPerRun, sites),
  only: options.run,
  onNote: (line) => (options.json ? say(JSON.stringify({ event: 'note', line })) : say(line)),
  onRun: (run) => {
    runs.push(run);
    const { number, kills, isLost, wrong, ownEnds, seconds, faults, done, record } = run;
    const isRight = !isLost && wrong.length === 0;
    if (options.json) return say(JSON.stringify({ event: 'run', number, kills, isLost, wrong, ownEnds, seconds: Math.round(seconds), done, ...(!isRight && { faults, record }) }));
    say(`${number === 0 ? 'undisturbed run' : `run ${number}`}: ${verdictOf(run)}, ${kills} kills, ${seconds.toFixed(0)} s${ownEnds.length > 0 ? `; ended by themselves: ${ownEnds.join(', ')}` : ''}`);
    if (isRight) return;
    for (const line of [record.reason, ...wrong, 'What was done:', ...done.map(faultText)].filter((line) => line !== '')) say(`  ${line}`);
    say(`  Play it again: npm run chaos -- --seed ${options.seed} --run ${number} --kills-per-run ${options.killsPerRun} --rounds ${options.rounds} --keep FOLDER`);
  },
});
if (!options.json) {
  writeTable(
    process.stdout,
    [
      { title: 'RUN', text: ({ number }) => (number === 0 ? 'undisturbed' : String(number)), align: 'right' },
      { title: 'VERDICT', text: verdictOf },
      { title: 'KILLS', text: ({ kills }) => String(kills), align: 'right' },
      { title: 'OTHER FAULTS', text: ({ done }) => String(done.filter(({ kind }) => !kind.startsWith('kill')).length), align: 'right' },
      { title: 'SECONDS', text: ({ seconds }) => seconds.toFixed(0), align: 'right' },
    ],
    runs,
  );
}
say(JSON.stringify({ event: 'summary', ...summary }));
process.exitCode = summary.lost + summary.wrong > 0 ? 1 : 0;

function verdictOf({ isLost, wrong }: NumberedRun): string {
  if (isLost) return 'LOST';
  return wrong.length > 0 ? 'WRONG' : 'right';
}
