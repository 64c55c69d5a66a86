import { Command } from 'commander';
import { systemClock } from '../shared/clock.ts';
import type { CommandIo, OutputStream } from '../shared/command-line/command-io.ts';
import { writeResult } from '../shared/command-line/command-result.ts';
import { printable } from '../shared/command-line/printable.ts';
import { Progress } from '../shared/command-line/progress.ts';
import { ConsiliumError } from '../shared/errors/consilium-error.ts';
import { checkEvidence, type CheckResult } from '../shared/evidence/checks/checks.ts';
import { contentsProblems } from '../shared/evidence/contents.ts';
import { Evidence, pageFile } from '../shared/evidence/evidence.ts';
import { connect } from './coordinator-connection.ts';
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
      const results = known ? await verifyFolder(output) : await new EvidenceWriter({ client, clock: systemClock, signal: io.signal, onProgress }).write(output, run);
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
    .addHelpText('after', '\nExample:\n  consilium evidence verify heart-disease-1.evidence')
    .action(async (folder: string, _options: object, command: Command) => {
      const results = await verifyFolder(folder);
      writeResult(command, io, { folder, checks: results }, (stdout) => writeChecks(stdout, results));
      requireAllPassed(results);
    });

  return evidence;
}

async function verifyFolder(folder: string): Promise<CheckResult[]> {
  const problems = await contentsProblems(folder);
  const files: CheckResult = {
    name: 'files',
    proves: 'Every file is as it was written; none is missing and none was added.',
    passed: problems.length === 0,
    finding: problems.map(({ path, message }) => `${path} ${message}`).join('; ') || 'all as written',
  };
  return [files, ...(await checkEvidence(await Evidence.open(folder)))];
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
