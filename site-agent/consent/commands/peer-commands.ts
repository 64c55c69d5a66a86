import { Command } from 'commander';
import type { CommandIo } from '../../../shared/command-line/command-io.ts';
import { writeResult } from '../../../shared/command-line/command-result.ts';
import { moment } from '../../../shared/command-line/quantities.ts';
import { writeTable } from '../../../shared/command-line/table.ts';
import { siteNameSchema } from '../../../shared/enrolment/site-name.ts';
import { ConsiliumError } from '../../../shared/errors/consilium-error.ts';
import { fingerprintMatches, keyFingerprint } from '../../../shared/statements/key-fingerprint.ts';
import { rawPublicKey } from '../../../shared/statements/signature.ts';
import { openSiteFolder } from '../../identity/site-folder.ts';
import { ConsentRecords } from '../consent-records.ts';
import { holderName, type KeyHolder } from '../pinned-keys.ts';
import { byOption } from './by-option.ts';

const leadKeyOption = ['--lead-key', 'the name is a study\'s, and the fingerprint that of its lead key'] as const;
const examples = `
Examples:
  consilium-site peer pin /var/lib/consilium north nine tree oval ...      (twelve words, as north reads them to you)
  consilium-site peer pin /var/lib/consilium heart-disease --lead-key 3f2a 9c41 ...`;

export function identityCommand(io: CommandIo): Command {
  return new Command('identity')
    .description('Show the fingerprint of this site\'s key, in words and hex: read it to the other hospitals by telephone.')
    .argument('<folder>', 'the site\'s folder')
    .action((folder: string, _options: object, command: Command) => {
      const { settings, signingKey } = openSiteFolder(folder);
      const fingerprint = keyFingerprint(rawPublicKey(signingKey));
      writeResult(command, io, { event: 'identity', site: settings.site, federation: settings.federation.name, ...fingerprint }, (stdout) =>
        stdout.write(`${settings.site} of ${settings.federation.name}\n  words  ${fingerprint.words}\n  hex    ${fingerprint.hex}\n`),
      );
    });
}

export function peerCommands(io: CommandIo): Command {
  const peer = new Command('peer').description('keys of other hospitals and of those who lead studies, compared by telephone').addHelpText('after', examples);

  peer
    .command('list')
    .description('List the pinned keys.')
    .argument('<folder>', 'the site\'s folder')
    .action(async (folder: string, _options: object, command: Command) => {
      openSiteFolder(folder);
      const pins = await new ConsentRecords(folder).pins.list();
      writeResult(command, io, { event: 'peers', pins }, (stdout) =>
        writeTable(stdout, [
          { title: 'WHOSE KEY', text: holderName },
          { title: 'PINNED', text: ({ pinnedAtMs }) => moment(pinnedAtMs) },
          { title: 'BY', text: ({ by }) => by },
          { title: 'FINGERPRINT', text: ({ fingerprint }) => fingerprint },
        ], pins),
      );
    });

  peer
    .command('pin')
    .description('Pin a key whose fingerprint was compared by telephone. Only pinned keys may be on a roster.')
    .argument('<folder>', 'the site\'s folder')
    .argument('<name>', 'the site, as rosters name it')
    .argument('<fingerprint...>', 'twelve words, or hexadecimal digits in any groups')
    .option(...leadKeyOption)
    .addOption(byOption())
    .action(async (folder: string, name: string, fingerprint: string[], { by, leadKey }: { by: string; leadKey?: true }, command: Command) => {
      const { settings, signingKey } = openSiteFolder(folder);
      const holder = keyHolder(name, leadKey);
      const typed = fingerprint.join(' ');
      const isOwn = 'site' in holder && holder.site === settings.site;
      if (!isOwn && fingerprintMatches(typed, rawPublicKey(signingKey))) throw new ConsiliumError('key-of-another', 'It is the key of this site.');
      await new ConsentRecords(folder).pins.pin(holder, typed, by);
      writeResult(command, io, { event: 'key-pinned', ...holder }, (stdout) => stdout.write(`The key of ${holderName(holder)} is pinned.\n`));
    });

  peer
    .command('unpin')
    .description('Forget a pinned key. The site takes part in nothing in which that key has a part until one is pinned again.')
    .argument('<folder>', 'the site\'s folder')
    .argument('<name>', 'the site')
    .option(...leadKeyOption)
    .action(async (folder: string, name: string, { leadKey }: { leadKey?: true }, command: Command) => {
      openSiteFolder(folder);
      const holder = keyHolder(name, leadKey);
      const wasPinned = await new ConsentRecords(folder).pins.unpin(holder);
      writeResult(command, io, { event: 'key-unpinned', wasPinned, ...holder }, (stdout) =>
        stdout.write(wasPinned ? `The key of ${holderName(holder)} is not pinned any more.\n` : `No key of ${holderName(holder)} was pinned.\n`),
      );
    });

  return peer;
}

/** Sites and studies are named by one pattern; the name becomes a file's. */
function keyHolder(name: string, leadKey: true | undefined): KeyHolder {
  if (!siteNameSchema.safeParse(name).success) throw new ConsiliumError('invalid-request', `${name} is neither the name of a site nor of a study.`);
  return leadKey ? { leadOf: name } : { site: name };
}
