import { Command } from 'commander';
import type { CommandIo } from '../shared/command-line/command-io.ts';
import { writeResult } from '../shared/command-line/command-result.ts';
import { keyFingerprint } from '../shared/statements/key-fingerprint.ts';
import { rawPublicKey } from '../shared/statements/signature.ts';
import { fingerprintLines } from './fingerprint-lines.ts';
import { makeLeadKey } from './lead-key.ts';

const notes = `
Whoever holds the lead key says who the members of its studies are. Keep it off the coordinator, and keep a copy:
a study whose lead key is lost gets no other roster.

Example:
  consilium study keygen lead-key.pem`;

export function studyKeygenCommand(io: CommandIo): Command {
  return new Command('keygen')
    .description('Make a lead key, which signs the rosters of studies.')
    .argument('<file>', 'a new file, which only you can read')
    .addHelpText('after', notes)
    .action((file: string, _options: object, command: Command) => {
      const publicKey = rawPublicKey(makeLeadKey(file));
      const { words, hex } = keyFingerprint(publicKey);
      writeResult(command, io, { file, words, hex }, (stdout) =>
        stdout.write(`The lead key is in ${file}. Tell the hospitals its fingerprint, on the telephone or on paper:\n\n${fingerprintLines(publicKey).map((line) => `  ${line}\n`).join('')}`),
      );
    });
}
