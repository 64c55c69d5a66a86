import { Command } from 'commander';
import type { CommandIo } from '../../../shared/command-line/command-io.ts';
import { writeResult } from '../../../shared/command-line/command-result.ts';
import { writeTable } from '../../../shared/command-line/table.ts';
import { ConsiliumError } from '../../../shared/errors/consilium-error.ts';
import { planIdentifier } from '../../../shared/studies/plan.ts';
import { openSiteFolder } from '../../identity/site-folder.ts';
import { ConsentRecords } from '../consent-records.ts';
import type { Decision } from '../decisions.ts';
import { approveStudy, refuseStudy, withdrawStudy, type Decider } from '../person-decisions.ts';
import { proposalArrival } from '../proposal-arrival.ts';
import { reportStudy } from '../study-report.ts';
import { endWithdrawnRunsUnlessAtWork } from '../withdrawn-runs.ts';
import { byOption } from './by-option.ts';
import { stateText, studyReportLines } from './study-report-lines.ts';

const examples = `
Examples:
  consilium-site study show /var/lib/consilium heart-disease
  consilium-site study approve /var/lib/consilium heart-disease --by "Head of IT"
The agent may run or not: it takes up a decision at once, or when it starts.`;

interface ApproveOptions {
  readonly by: string;
  readonly planHash?: string;
  readonly rosterHash?: string;
  readonly pinMembers?: true;
  readonly newCohort?: true;
  readonly newData?: true;
}

/** `consilium-site study`: what was proposed to this hospital, and what it says. */
export function studyCommands(io: CommandIo): Command {
  const study = new Command('study').description('studies that are proposed to this hospital').addHelpText('after', examples);

  study
    .command('list')
    .description('List what was proposed, and what is decided.')
    .argument('<folder>', 'the site\'s folder')
    .action(async (folder: string, _options: object, command: Command) => {
      const { records, site } = decider(folder, '');
      const reports = await Promise.all((await records.proposals.studies()).map((name) => reportStudy(records, site, name)));
      writeResult(command, io, { event: 'studies', studies: reports.map(({ summary: _summary, ...report }) => report) }, (stdout) =>
        writeTable(stdout, [
          { title: 'STUDY', text: (report) => report.study },
          { title: 'SITES', text: ({ members }) => String(members.length), align: 'right' },
          { title: 'ROSTER', text: ({ rosterVersion }) => String(rosterVersion), align: 'right' },
          { title: 'PLAN', text: ({ planHash }) => planHash.slice(0, 12) },
          { title: 'WHAT IS DECIDED', text: stateText },
        ], reports),
      );
    });

  study
    .command('show')
    .description('Show a study: its plan in numbers, your policy\'s limits, whose keys are on the roster, what has changed, and what to do next.')
    .argument('<folder>', 'the site\'s folder')
    .argument('<study>')
    .option('--wait', 'wait until the study is proposed')
    .action(async (folder: string, name: string, { wait }: { wait?: true }, command: Command) => {
      const { records, site } = decider(folder, '');
      if (wait) await proposalArrival(records, studyName(name), io.signal);
      const report = await reportStudy(records, site, studyName(name));
      writeResult(command, io, { event: 'study', ...report }, (stdout) => stdout.write(`${studyReportLines(report, folder).join('\n')}\n`));
      if (!command.optsWithGlobals<{ json?: boolean }>().json) await records.proposals.markShown(report);
    });

  study
    .command('approve')
    .description('Take part, with exactly the plan and the roster that were shown last.')
    .argument('<folder>', 'the site\'s folder')
    .argument('<study>')
    .option('--plan-hash <hash>', 'approve this plan, instead of the one that was shown last')
    .option('--roster-hash <hash>', 'approve this roster, instead of the one that was shown last')
    .option('--pin-members', 'pin all keys of the roster at the same time: only if you have compared EVERY fingerprint by telephone')
    .option('--new-cohort', 'accept that statistics are opened under another roster than before; show says what can be learned, and about whom')
    .option('--new-data', 'accept, once, that statistics leave about other data than the study\'s last ones; what changed shows in the difference')
    .addOption(byOption())
    .action(async (folder: string, name: string, { by, planHash, rosterHash, pinMembers, newCohort, newData }: ApproveOptions, command: Command) => {
      const typed = planHash !== undefined || rosterHash !== undefined;
      const seen = { ...(planHash !== undefined && { planHash }), ...(rosterHash !== undefined && { rosterHash }) };
      const decision = await approveStudy(decider(folder, by), studyName(name), { ...(typed && { seen }), pinMembers, newCohort, newData });
      writeDecision(command, io, decision, [
        ...(pinMembers ? ['PINNED the keys of all members and the lead key as the roster names them: only right if you have compared every fingerprint by telephone.'] : []),
        `Approved ${decision.study}: plan ${decision.planHash}, roster ${decision.rosterHash}. Any change of either asks again.`,
        `Take it back at any time with: consilium-site study withdraw ${folder} ${decision.study}`,
      ]);
    });

  study
    .command('refuse')
    .description('Do not take part. The data-science team learns that a person refused, and nothing else.')
    .argument('<folder>', 'the site\'s folder')
    .argument('<study>')
    .addOption(byOption())
    .action(async (folder: string, name: string, { by }: { by: string }, command: Command) => {
      const decision = await refuseStudy(decider(folder, by), studyName(name));
      writeDecision(command, io, decision, [`Refused ${decision.study}. You can approve it later all the same.`]);
    });

  study
    .command('withdraw')
    .description('Take part in nothing of the study any more: the group keys of its runs are erased at once. What was sent before cannot be taken back.')
    .argument('<folder>', 'the site\'s folder')
    .argument('<study>')
    .addOption(byOption())
    .action(async (folder: string, name: string, { by }: { by: string }, command: Command) => {
      const decision = await withdrawStudy(decider(folder, by), studyName(name));
      const ended = await endWithdrawnRunsUnlessAtWork(folder);
      writeDecision(command, io, decision, [
        `Withdrawn from ${decision.study}.`,
        ended ? 'The group keys of its runs are erased. The coordinator is told when the agent starts.' : 'The running agent erases the group keys of its runs and tells the coordinator at once.',
      ]);
    });

  return study;
}

function decider(folder: string, by: string): Decider {
  const { settings } = openSiteFolder(folder);
  return { records: new ConsentRecords(folder), site: settings.site, by };
}

/** The name becomes a file's. */
function studyName(name: string): string {
  if (!planIdentifier.safeParse(name).success) throw new ConsiliumError('study-not-proposed', `${name} is not the name of a study.`);
  return name;
}

function writeDecision(command: Command, io: CommandIo, decision: Decision, lines: readonly string[]): void {
  writeResult(command, io, { event: 'study-decided', ...decision }, (stdout) => stdout.write(`${lines.join('\n')}\n`));
}
