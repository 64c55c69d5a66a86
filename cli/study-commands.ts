import { Command } from 'commander';
import type { CommandIo } from '../shared/command-line/command-io.ts';
import { writeResult } from '../shared/command-line/command-result.ts';
import { readInputFile } from '../shared/command-line/input-file.ts';
import { moment } from '../shared/command-line/quantities.ts';
import { writeTable } from '../shared/command-line/table.ts';
import { studyListResource, studyResource } from '../shared/http-api/study-resource.ts';
import { checkPlan } from '../shared/studies/checked-plan.ts';
import { planSummaryLines } from '../shared/studies/plan-summary-lines.ts';
import { connect } from './coordinator-connection.ts';
import { studyKeygenCommand } from './study-keygen-command.ts';
import { studyRosterCommand } from './study-roster-command.ts';
import { studyShowCommand } from './study-show-command.ts';

export function studyCommands(io: CommandIo): Command {
  const study = new Command('study').description('study plans, and who their members are');

  study
    .command('check')
    .description('Check a plan without a coordinator: everything that is wrong with it, or what it means in numbers.')
    .argument('<file>', 'the plan, JSON')
    .action(async (file: string, _options: object, command: Command) => {
      const { planHash, summary } = await checkPlan(await readInputFile(file));
      writeResult(command, io, { planHash, ...summary }, (stdout) => stdout.write(`${planSummaryLines(summary, planHash).join('\n')}\n\nNothing is wrong with this plan.\n`));
    });

  study
    .command('submit')
    .description('Submit a plan. A study never changes: another plan needs another name.')
    .argument('<file>', 'the plan, JSON; its bytes are kept as they are')
    .action(async (file: string, _options: object, command: Command) => {
      const client = await connect(command, io);
      const submitted = await client.post('/studies', await readInputFile(file), studyResource);
      writeResult(command, io, submitted, (stdout) =>
        stdout.write(`Submitted ${submitted.name}, plan ${submitted.planHash}.\nSign its roster with: consilium study roster ${submitted.name} --key FILE\n`),
      );
    });

  study
    .command('list')
    .description('List the submitted studies.')
    .action(async (_options: object, command: Command) => {
      const found = await (await connect(command, io)).get('/studies', studyListResource);
      writeResult(command, io, found, (stdout) =>
        writeTable(stdout, [
          { title: 'STUDY', text: ({ name }) => name },
          { title: 'TITLE', text: ({ title }) => title },
          { title: 'SUBMITTED', text: ({ submittedAt }) => moment(Date.parse(submittedAt)) },
          { title: 'PLAN', text: ({ planHash }) => planHash.slice(0, 12) },
        ], found.studies),
      );
    });

  for (const command of [studyKeygenCommand(io), studyRosterCommand(io), studyShowCommand(io)]) study.addCommand(command);
  return study;
}
