import { moment } from '../../../shared/command-line/quantities.ts';
import { planSummaryLines } from '../../../shared/studies/plan-summary-lines.ts';
import type { PinState } from '../roster-pins.ts';
import type { ReportedKey, StudyReport } from '../study-report.ts';

const pinText: Readonly<Record<PinState, string>> = {
  own: 'this site',
  pinned: 'pinned',
  'not-pinned': 'NOT PINNED: compare it by telephone',
  changed: 'NOT THE PINNED KEY: ask by telephone before anything else',
};

/** A study as a person reads it, with the next command at the end. What others wrote into the plan cannot pose as a line of its own. */
export function studyReportLines(report: StudyReport, folder: string): string[] {
  const { summary, planHash, purpose, limits, members, leadKey, changes, cohortWarning, rosterVersion, rosterHash, receivedAtMs } = report;
  const lines = [
    ...planSummaryLines(summary, planHash),
    '',
    `Purpose: ${purpose}`,
    '',
    'What your policy says:',
    ...limits.map(({ limit, asked, kept }) => `  ${kept ? 'kept    ' : 'BREACHED'}  ${limit}: the study ${asked}.`),
    '',
    `Roster, version ${rosterVersion} (${rosterHash}), received ${moment(receivedAtMs)}:`,
    ...members.flatMap(({ site, ...key }) => keyLines(site, key)),
    ...keyLines('lead key', leadKey),
    ...(changes.length > 0 ? ['', `Since you approved: ${changes.join('; ')}.`] : []),
    ...(cohortWarning === '' ? [] : ['', `Take care. ${cohortWarning}`]),
    '',
    stateText(report),
    ...nextLines(report, folder),
  ];
  return lines.map((line) => line.replace(/\p{Cc}|\p{Cf}/gu, '\ufffd'));
}

/** `It was approved by the policy, 2026-03-01T09:30:00Z.` */
export function stateText({ state, decision }: Pick<StudyReport, 'state' | 'decision'>): string {
  if (!decision) return 'It waits for a decision.';
  const who = decision.decidedBy === 'policy' ? 'by the policy' : `by ${decision.by}`;
  return `It was ${state} ${who}, ${moment(decision.decidedAtMs)}${decision.code === '' ? '' : ` (${decision.code})`}.`;
}

function keyLines(name: string, { words, hex, pin }: ReportedKey): string[] {
  return [`  ${name}  ${pinText[pin]}`, `    ${words}`, `    ${hex}`];
}

function nextLines({ study, state, limits, members, leadKey, cohortWarning }: StudyReport, folder: string): string[] {
  const command = (text: string) => `  consilium-site ${text}`;
  if (state === 'approved') return ['Take it back at any time with:', command(`study withdraw ${folder} ${study}`)];
  if (limits.some(({ kept }) => !kept)) return ['Change policy.json if you want to allow it, and look again. Otherwise:', command(`study refuse ${folder} ${study}`)];
  if ([leadKey, ...members].some(({ pin }) => pin === 'changed')) return ['Nobody can approve it with a key that is not the pinned one.', command(`study refuse ${folder} ${study}`)];
  const pins = [
    ...members.filter(({ pin }) => pin === 'not-pinned').map(({ site }) => command(`peer pin ${folder} ${site} WORDS`)),
    ...(leadKey.pin === 'not-pinned' ? [command(`peer pin ${folder} ${study} --lead-key WORDS`)] : []),
  ];
  return [
    ...(pins.length > 0 ? ['First pin the words that each hospital and the data-science team read to you on the telephone:', ...pins] : []),
    'Decide with one of:',
    command(`study approve ${folder} ${study}${cohortWarning === '' ? '' : ' --new-cohort'}`),
    command(`study refuse ${folder} ${study}`),
  ];
}
