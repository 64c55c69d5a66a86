import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { Command, Option } from 'commander';
import type { CommandIo } from '../../shared/command-line/command-io.ts';
import { Progress } from '../../shared/command-line/progress.ts';
import { runCommand } from '../../shared/command-line/run-command.ts';
import { runProcess } from '../../shared/command-line/run-process.ts';
import { tfjsNodeFolder } from '../../site-agent/training/tfjs-node-folder.ts';
import { publicRepositories } from './artifacts.ts';
import { setUp, undo } from './setup.ts';

interface Options {
  readonly undo?: true;
  readonly folder: string;
  readonly cache: string;
  readonly mavenRepository: string;
  readonly pythonIndex: string;
}

function main(argv: string[], io: CommandIo): Promise<number> {
  const caches = io.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  const program = new Command('npm run setup:tfjs-node --')
    .description('Installs the native training engine (TensorFlow 2.10.1 for Linux on x86-64): 112 MiB to download, 700 MiB on disk. Every file is checked against a pinned digest. When it fails or is interrupted, everything is as it was.')
    .option('--undo', 'remove the engine')
    .option('--folder <dir>', 'where the engine goes, below this repository', tfjsNodeFolder())
    .option('--cache <dir>', 'where downloads are kept; a filled one needs no Maven repository and no Python index', join(caches, 'consilium', 'tfjs-node'))
    .addOption(new Option('--maven-repository <url>', 'where the library is').env('CONSILIUM_MAVEN_REPOSITORY').default(publicRepositories.maven))
    .addOption(new Option('--python-index <url>', 'where the C headers are').env('CONSILIUM_PYTHON_INDEX').default(publicRepositories.pythonIndex))
    .action(async (options: Options, command: Command) => {
      const json = command.optsWithGlobals<{ json?: boolean }>().json === true;
      const folder = resolve(options.folder);
      using progress = new Progress(io.stderr);
      const say = (event: string, text: string) => {
        progress.clear();
        io.stdout.write(json ? `${JSON.stringify({ event, folder })}\n` : `${text}\n`);
      };
      if (options.undo) {
        const removed = await undo(folder);
        return removed ? say('removed', `The native engine is removed. Its downloads are still in ${options.cache}.`) : say('not-installed', 'The native engine is not installed.');
      }
      const outcome = await setUp({
        folder,
        cache: resolve(options.cache),
        mavenRepository: options.mavenRepository.replace(/\/+$/, ''),
        pythonIndex: options.pythonIndex.replace(/\/+$/, ''),
        env: { ...io.env },
        signal: io.signal,
        onProgress: (text) => json || progress.update(text),
      });
      if (outcome === 'already-installed') return say(outcome, 'The native engine is installed already.');
      say(outcome, `The native engine is installed in ${folder}, and has trained a small model.\nAgents take it up for their next runs where "engine" in site.json is "auto" or "tfjs-node". Remove it with: npm run setup:tfjs-node -- --undo`);
    });
  return runCommand(program, argv, io);
}

await runProcess(main);
