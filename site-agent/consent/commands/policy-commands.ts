import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import type { CommandIo } from '../../../shared/command-line/command-io.ts';
import { writeResult } from '../../../shared/command-line/command-result.ts';
import { openSiteFolder } from '../../identity/site-folder.ts';
import { policyLines } from '../policy-lines.ts';
import { policyFileName, readPolicy } from '../policy.ts';

const example = `
policy.json lies in the site's folder and belongs to the hospital; a running agent takes up each change at once. For example:
  {
    "studies": "approve-within-limits",
    "dataSets": ["heart-disease"],
    "minimumContributors": 3,
    "maximumRounds": 100,
    "hours": { "from": "19:00", "to": "06:00", "timeZone": "Europe/Zurich" }
  }
policy show has a sentence for every setting; a table of all of them and a strict example are in the package's examples folder.`;

export function policyCommands(io: CommandIo): Command {
  const policy = new Command('policy').description('what the hospital allows: policy.json').addHelpText('after', example);
  policy
    .command('check')
    .description('Check policy.json and name everything that is wrong with it.')
    .argument('<folder>', 'the site\'s folder')
    .action(async (folder: string, _options: object, command: Command) => {
      openSiteFolder(folder);
      const checked = await readPolicy(folder);
      const file = join(folder, policyFileName);
      const present = existsSync(file);
      writeResult(command, io, { event: 'policy-checked', present, policy: checked }, (stdout) =>
        stdout.write(present ? `Nothing is wrong with ${file}.\n` : `There is no ${file}: a person decides about every study. What holds then: consilium-site policy show ${folder}\n`),
      );
    });
  policy
    .command('show')
    .description('Say in words what policy.json allows, also what holds without it.')
    .argument('<folder>', 'the site\'s folder')
    .action(async (folder: string, _options: object, command: Command) => {
      openSiteFolder(folder);
      const shown = await readPolicy(folder);
      writeResult(command, io, { event: 'policy', policy: shown, words: policyLines(shown) }, (stdout) => stdout.write(`${policyLines(shown).join('\n')}\n`));
    });
  return policy;
}
