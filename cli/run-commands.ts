import { Command } from 'commander';
import { wholeNumber } from '../shared/command-line/whole-number-argument.ts';
import type { CommandIo, OutputStream } from '../shared/command-line/command-io.ts';
import { writeResult } from '../shared/command-line/command-result.ts';
import { Progress } from '../shared/command-line/progress.ts';
import { moment } from '../shared/command-line/quantities.ts';
import { writeTable } from '../shared/command-line/table.ts';
import { runDetailResource, runListResource, runResource, type RunDetailResource, type RunResource } from '../shared/http-api/run-resource.ts';
import { connect } from './coordinator-connection.ts';
import type { CoordinatorClient } from './coordinator-client.ts';
import { runEvidenceCommand } from './evidence-commands.ts';
import { evaluationText, roundColumns } from './round-text.ts';
import { runStateText } from './run-state-text.ts';
import { runWaitText } from './run-wait-text.ts';
import { siteProgressText } from './site-progress-text.ts';
import { watchRun } from './run-watch.ts';
import { everyoneDecided } from './study-decision-wait.ts';

export function runCommands(io: CommandIo): Command {
  const run = new Command('run').description('runs of a study');

  run
    .command('start')
    .description('Start a run of a study over its roster, once every member has approved.')
    .argument('<study>', 'name of the study')
    .option('--seed <number>', 'make the initial weights repeatable, for benchmarks; never use it twice on real data', wholeNumber)
    .option('--wait', 'wait until every hospital of the roster has decided')
    .option('--watch', 'follow the run to its end')
    .action(async (study: string, { seed, wait, watch }: { seed?: number; wait?: boolean; watch?: boolean }, command: Command) => {
      const client = await connect(command, io);
      if (wait) await waitForDecisions(client, study, io);
      const started = await client.post('/runs', { study, seed }, runResource);
      await warnOfOthers(client, started, command, io);
      if (watch) return follow(client, started.id, command, io);
      writeResult(command, io, started, (stdout) => stdout.write(`Started ${started.id} with ${started.sites.join(', ')}.\nFollow it with: consilium run watch ${started.id}\n`));
    });

  run
    .command('watch')
    .description('Follow a run to its end: what each site is at, and who holds the run up. The exit code is 0 only when it completed.')
    .argument('<run>')
    .action(async (id: string, _options: object, command: Command) => follow(await connect(command, io), id, command, io));

  run
    .command('stop')
    .description('Stop a run for good; what is published stays.')
    .argument('<run>')
    .action(async (id: string, _options: object, command: Command) => {
      const stopped = await (await connect(command, io)).post(`/runs/${encodeURIComponent(id)}/stop`, {}, runResource);
      writeResult(command, io, stopped, (stdout) => stdout.write(`${stopped.id} is ${stopped.state.toLowerCase()}.\n`));
    });

  run
    .command('show')
    .description('Show a run with its rounds; without a name, list all runs.')
    .argument('[run]')
    .action(async (id: string | undefined, _options: object, command: Command) => {
      const client = await connect(command, io);
      if (id === undefined) {
        const found = await client.get('/runs', runListResource);
        writeResult(command, io, found, (stdout) => writeRuns(stdout, found.runs));
        return;
      }
      const detail = await client.get(`/runs/${encodeURIComponent(id)}`, runDetailResource);
      writeResult(command, io, detail, (stdout) => writeRun(stdout, detail));
    });

  run.addCommand(runEvidenceCommand(io));
  return run;
}

async function waitForDecisions(client: CoordinatorClient, study: string, io: CommandIo): Promise<void> {
  using progress = new Progress(io.stderr);
  await everyoneDecided(client, study, (text) => progress.update(text));
}

/** Two runs of a study at a time are allowed, but seldom meant. */
async function warnOfOthers(client: CoordinatorClient, started: RunResource, command: Command, io: CommandIo): Promise<void> {
  const { runs } = await client.get(`/runs?study=${encodeURIComponent(started.study)}`, runListResource);
  for (const { id, endedAt } of runs) {
    if (id === started.id || endedAt !== null) continue;
    const message = `${id} of the same study goes on as well. Stop it with: consilium run stop ${id}`;
    const { json } = command.optsWithGlobals<{ json?: boolean }>();
    io.stderr.write(json ? `${JSON.stringify({ event: 'warning', message })}\n` : `Warning: ${message}\n`);
  }
}

async function follow(client: CoordinatorClient, id: string, command: Command, io: CommandIo): Promise<void> {
  const json = command.optsWithGlobals<{ json?: boolean }>().json === true;
  const run = await watchRun(client, id, io, json);
  if (json) return;
  const figures = run.evaluation ? `: ${evaluationText(run.evaluation)}` : '';
  io.stdout.write(`${run.id} is completed${figures}.\nFetch the model with: consilium model get ${run.id} --output FOLDER\n`);
}

function writeRuns(stdout: OutputStream, runs: readonly RunResource[]): void {
  writeTable(stdout, [
    { title: 'RUN', text: ({ id }) => id },
    { title: 'STATE', text: ({ state, waiting }) => `${state.toLowerCase()}${waiting?.stuck ? ', stuck' : ''}` },
    { title: 'ROUNDS', text: ({ publishedRounds, scheduledRounds }) => `${publishedRounds} of ${scheduledRounds}` },
    { title: 'SITES', text: ({ sites }) => String(sites.length), align: 'right' },
    { title: 'STARTED', text: ({ startedAt }) => moment(Date.parse(startedAt)) },
    { title: 'LAST EVALUATION', text: ({ evaluation, reason }) => reason || (evaluation ? evaluationText(evaluation) : '') },
  ], runs);
}

function writeRun(stdout: OutputStream, run: RunDetailResource): void {
  stdout.write(`${runStateText(run)} ${run.publishedRounds} of ${run.scheduledRounds} rounds are published.\n`);
  if (run.waiting) stdout.write(`${runWaitText(run.waiting)}\n`);
  for (const progress of run.rounds.at(-1)?.progress ?? []) stdout.write(`${siteProgressText(progress)}.\n`);
  stdout.write(`Sites: ${run.sites.join(', ')}\nLast model version: ${run.modelVersion}\n\n`);
  writeTable(stdout, roundColumns, run.rounds);
}
