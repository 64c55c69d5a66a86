import { resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { CommandIo } from '../shared/command-line/command-io.ts';
import { runCommand } from '../shared/command-line/run-command.ts';
import { runProcess } from '../shared/command-line/run-process.ts';
import { demonstrate, type DemoOptions } from './demonstration.ts';
import { jsonTeller } from './json-teller.ts';
import { PersonTeller } from './person-teller.ts';

const mostRounds = 1000;

function main(argv: string[], io: CommandIo): Promise<number> {
  const program = new Command('npm run demo --')
    .description('Runs a whole federation on this machine: a coordinator and four hospitals, each a process of its own, over mutual TLS.')
    .option('--data <dir>', 'folder with the UCI Heart Disease files (default: a folder beside the repository, else downloaded, else invented patients)')
    .addOption(new Option('--synthetic', 'invent the patients, even where the public data are at hand').conflicts('data'))
    .option('--offline', 'do not try to download data')
    .option('--rounds <number>', 'training rounds (default: 15, as the study says)', roundCount)
    .option('--folder <dir>', "where everything is written; an earlier demonstration's folder is replaced", 'consilium-demo')
    .option('--keep', 'leave everything running until Ctrl-C')
    .action(async ({ data, folder, ...options }: Options, command: Command) => {
      using teller = command.optsWithGlobals<{ json?: boolean }>().json ? jsonTeller(io.stdout) : new PersonTeller(io);
      await demonstrate({ ...options, folder: resolve(folder), ...(data !== undefined && { dataDir: data }), signal: io.signal }, teller);
    });
  return runCommand(program, argv, io);
}

interface Options extends Omit<DemoOptions, 'dataDir' | 'signal'> {
  readonly data?: string;
}

function roundCount(text: string): number {
  const count = Number(text);
  if (/^[1-9]\d*$/.test(text) && count <= mostRounds) return count;
  throw new InvalidArgumentError(`It is not a whole number from 1 to ${mostRounds}.`);
}

await runProcess(main);
