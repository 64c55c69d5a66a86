import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from 'commander';
import { systemClock } from '../shared/clock.ts';
import type { CommandIo, OutputStream } from '../shared/command-line/command-io.ts';
import { writeResult } from '../shared/command-line/command-result.ts';
import { printable } from '../shared/command-line/printable.ts';
import { Progress } from '../shared/command-line/progress.ts';
import { ConsiliumError } from '../shared/errors/consilium-error.ts';
import { checkEvidence, type CheckResult } from '../shared/evidence/checks/checks.ts';
import { contentsProblems, readContents } from '../shared/evidence/contents.ts';
import { Evidence, pageFile } from '../shared/evidence/evidence.ts';
import { connect } from './coordinator-connection.ts';
import { checkKeys, evidenceKeys, knownKey, knownSiteKey, type EvidenceKey, type KnownKeys } from './evidence-keys.ts';
import { evidencePage } from './evidence-page/evidence-page.ts';
import { EvidenceWriter, holdsEvidence } from './evidence-folder.ts';

/** `consilium run evidence` */
export function runEvidenceCommand(io: CommandIo): Command {
  return new Command('evidence')
    .description('Write everything that a run left behind into a folder that anybody can check offline, with a page to read and print.')
    .argument('<run>', 'a run that has ended')
    .requiredOption('--output <folder>', 'a new or empty folder; one that already holds the evidence of this run is left as it is')
    .addHelpText('after', '\nExample:\n  consilium run evidence heart-disease-1 --output heart-disease-1.evidence')
    .action(async (run: string, { output }: { output: string }, command: Command) => {
      const client = await connect(command, io);
      const known = await holdsEvidence(output, run);
      using progress = new Progress(io.stderr);
      const onProgress = (text: string) => progress.update(text);
      const results = known ? (await verifyFolder(output)).results : await new EvidenceWriter({ client, clock: systemClock, signal: io.signal, onProgress }).write(output, run);
      progress.clear();
      writeResult(command, io, { run, folder: output, alreadyThere: known, checks: results }, (stdout) => {
        stdout.write(`The evidence of ${run} is in ${output}${known ? ' already' : ''}; ${pageFile} in it is for reading and printing.\n`);
        writeChecks(stdout, results);
        stdout.write(`Whoever receives it checks it with: consilium evidence verify ${output}\n`);
      });
      requireAllPassed(results);
    });
}

export function evidenceCommands(io: CommandIo): Command {
  const evidence = new Command('evidence').description('what a run left behind, checked without the coordinator');

  evidence
    .command('verify')
    .description('Check the evidence of a run offline: signatures, chains, and every model version computed anew from its parent and the opened sums.')
    .argument('<folder>', 'the folder that consilium run evidence wrote')
    .option('--coordinator-key <fingerprint>', 'of the key with which the coordinator has to have signed, as words or hex, from a source of your own', knownKey)
    .option('--lead-key <fingerprint>', 'of the key with which every roster has to be signed', knownKey)
    .option('--site-key <site=fingerprint>', 'of a member site, from its hospital (consilium-site identity); may be given for each', knownSiteKey, new Map())
    .addHelpText('after', '\nExamples:\n  consilium evidence verify heart-disease-1.evidence\n  consilium evidence verify heart-disease-1.evidence --site-key "mercy=twelve words"')
    .action(async (folder: string, { coordinatorKey, leadKey, siteKey }: VerifyOptions, command: Command) => {
      const expected = new Map([...(coordinatorKey ? [['coordinator', coordinatorKey] as const] : []), ...(leadKey ? [['lead key', leadKey] as const] : []), ...siteKey]);
      const { results, keys } = await verifyFolder(folder, expected);
      writeResult(command, io, { folder, checks: results, keys }, (stdout) => {
        writeKeys(stdout, keys, expected);
        writeChecks(stdout, results);
      });
      requireAllPassed(results);
    });

  return evidence;
}

interface VerifyOptions {
  readonly coordinatorKey?: string;
  readonly leadKey?: string;
  readonly siteKey: KnownKeys;
}

async function verifyFolder(folder: string, expected: KnownKeys = new Map()): Promise<{ results: CheckResult[]; keys: EvidenceKey[] }> {
  const problems = await contentsProblems(folder);
  const files: CheckResult = {
    name: 'files',
    proves: 'Every file is as it was written; none is missing and none was added.',
    passed: problems.length === 0,
    finding: problems.map(({ path, message }) => `${path} ${message}`).join('; ') || 'all as written',
  };
  const evidence = await Evidence.open(folder);
  const results = await checkEvidence(evidence);
  const keys = evidenceKeys(evidence.documents);
  return { results: [files, await checkPage(folder, evidence, results), ...(expected.size > 0 ? [checkKeys(keys, expected)] : []), ...results], keys };
}

/** What a person reads has to be what was checked: contents.json, which nobody signs, would also fit another page. */
async function checkPage(folder: string, evidence: Evidence, results: readonly CheckResult[]): Promise<CheckResult> {
  const writtenAt = (await readContents(folder))?.writtenAt ?? '';
  const page = await readFile(join(folder, pageFile), 'utf8').catch(() => undefined);
  const passed = page !== undefined && page === pageOf(evidence, results, writtenAt);
  const finding = passed ? 'as these checks make it' : `${pageFile} is another one: read what stands here instead, or ask for a page that this version wrote`;
  return { name: 'page', proves: `${pageFile} tells what these files hold and what these checks find, and nothing else.`, passed, finding };
}

/** Nothing where the evidence is so wrong that there is no page of it. */
function pageOf(...told: Parameters<typeof evidencePage>): string | undefined {
  try {
    return evidencePage(...told);
  } catch (error) {
    if (error instanceof ConsiliumError) return undefined;
    throw error;
  }
}

function writeKeys(stdout: OutputStream, keys: readonly EvidenceKey[], expected: KnownKeys): void {
  stdout.write('Signed with these keys, which come out of the evidence itself; compare them with what you know from another source:\n');
  for (const { whose, words, hex } of keys) stdout.write(`  ${whose}${expected.has(whose) ? ' (compared)' : ''}\n    words  ${words}\n    hex    ${hex}\n`);
  stdout.write('\n');
}

function writeChecks(stdout: OutputStream, results: readonly CheckResult[]): void {
  for (const { name, proves, passed, finding } of results) stdout.write(`${passed ? 'ok    ' : 'FAILED'}  ${name}: ${printable(finding)}\n        ${passed ? '' : 'Not shown: '}${proves}\n`);
  const failed = results.filter(({ passed }) => !passed).length;
  stdout.write(failed === 0 ? `\nAll ${results.length} checks are right.\n` : `\n${failed} of ${results.length} checks failed.\n`);
}

function requireAllPassed(results: readonly CheckResult[]): void {
  const failed = results.filter(({ passed }) => !passed).map(({ name }) => name);
  if (failed.length > 0) throw new ConsiliumError('evidence-refuted', `Failed: ${failed.join(', ')}.`);
}
