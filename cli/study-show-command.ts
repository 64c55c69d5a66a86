import { Command } from 'commander';
import type { CommandIo, OutputStream } from '../shared/command-line/command-io.ts';
import { writeResult } from '../shared/command-line/command-result.ts';
import { moment } from '../shared/command-line/quantities.ts';
import { writeTable } from '../shared/command-line/table.ts';
import { rosterListResource, type RosterRecordResource } from '../shared/http-api/roster-resource.ts';
import { studyDetailResource } from '../shared/http-api/study-resource.ts';
import { studyStandingResource, type MemberDecision, type StudyStandingResource } from '../shared/http-api/study-standing-resource.ts';
import { keyFingerprint } from '../shared/statements/key-fingerprint.ts';
import { signedRosterFromJson } from '../shared/statements/roster-json.ts';
import { planSummaryLines } from '../shared/studies/plan-summary-lines.ts';
import { connect } from './coordinator-connection.ts';
import { fingerprintLines } from './fingerprint-lines.ts';

export function studyShowCommand(io: CommandIo): Command {
  return new Command('show')
    .description('Show a study: what its plan means, who its members are, what each has decided, and what comes next.')
    .argument('<study>', 'name of the study')
    .action(async (name: string, _options: object, command: Command) => {
      const client = await connect(command, io);
      const path = `/studies/${encodeURIComponent(name)}`;
      const study = await client.get(path, studyDetailResource);
      const newest = (await client.get(`${path}/rosters`, rosterListResource)).rosters.at(-1);
      const standing = newest && (await client.get(`${path}/decisions`, studyStandingResource));
      const next = nextSteps(name, standing?.decisions);
      writeResult(command, io, { ...study, roster: newest ?? null, decisions: standing?.decisions ?? [], next }, (stdout) => {
        stdout.write(`${planSummaryLines(study.summary, study.planHash).join('\n')}\n\n`);
        if (newest && standing) writeRoster(stdout, newest, standing);
        stdout.write(`${next.join('\n')}\n`);
      });
    });
}

function writeRoster(stdout: OutputStream, { roster: json, hash }: RosterRecordResource, { decisions }: StudyStandingResource): void {
  const { version, members, leadKey } = signedRosterFromJson(json);
  const wordsOf = new Map(members.map(({ site, signingKey }) => [site, keyFingerprint(signingKey).words]));
  const [words, ...hex] = fingerprintLines(leadKey);
  stdout.write(`Roster version ${version}, ${hash}\nLead key: ${words}\n${hex.map((line) => `          ${line}\n`).join('')}\n`);
  writeTable(stdout, [
    { title: 'SITE', text: ({ site }) => site },
    { title: 'DECISION', text: decisionText },
    { title: 'AT', text: ({ decidedAt }) => (decidedAt === null ? '' : moment(Date.parse(decidedAt))) },
    { title: 'SIGNING KEY', text: ({ site }) => wordsOf.get(site) ?? '' },
  ], decisions);
  stdout.write('\n');
}

function decisionText({ decision, decidedBy, code }: MemberDecision): string {
  if (decision === null) return 'not yet';
  return [decision, ...(code === '' ? [] : [`(${code})`]), `by ${decidedBy === 'policy' ? 'its policy' : 'a person'}`].join(' ');
}

/** What the reader can do now, a sentence a line. */
function nextSteps(study: string, decisions: readonly MemberDecision[] | undefined): string[] {
  if (!decisions) return [`Nobody is a member yet. Sign a roster with: consilium study roster ${study} --key FILE`];
  const sitesThat = (said: MemberDecision['decision']) => decisions.filter(({ decision }) => decision === said).map(({ site }) => site).join(', ');
  const [undecided, refused, withdrawn] = [sitesThat(null), sitesThat('refused'), sitesThat('withdrawn')];
  const without = `Talk to them, or sign a roster without them: consilium study roster ${study} --key FILE --site NAME...`;
  const steps = [
    ...(undecided === '' ? [] : [`Waiting for ${undecided}. There a person decides with: consilium-site study show FOLDER ${study}`]),
    ...(refused === '' ? [] : [`Refused by ${refused}. ${without}`]),
    ...(withdrawn === '' ? [] : [`Withdrawn by ${withdrawn}. ${without}`]),
  ];
  return steps.length > 0 ? steps : [`Every member has approved. Start a run with: consilium run start ${study} --watch`];
}
