import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { LineFile, readLines } from '../../../shared/files/line-file.ts';
import { temporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.ts';

describe('a file of lines', () => {
  let folder: TemporaryFolder;
  let path: string;
  beforeEach(() => {
    folder = temporaryFolder();
    path = join(folder.path, 'new', 'lines');
  });
  afterEach(() => folder[Symbol.dispose]());

  const append = async (line: string, onTorn: (aside: string) => void = () => expect.fail('nothing is torn')) => {
    await using file = await LineFile.open(path, onTorn);
    await file.append(line);
  };

  it('is private and grows by whole lines, also over restarts', async () => {
    await append('one');
    await append('two');
    expect(readFileSync(path, 'utf8')).to.equal('one\ntwo\n');
    expect(statSync(path).mode & 0o777).to.equal(0o600);
    expect((await Array.fromAsync(readLines(path))).map(({ text, startsAt }) => [text, startsAt])).to.deep.equal([['one', 0], ['two', 4]]);
  });

  it('that is not there has no lines', async () => {
    expect(await Array.fromAsync(readLines(path))).to.deep.equal([]);
  });

  it('reads lines that are longer than what is read at once', async () => {
    const long = 'x'.repeat(200_000);
    await append(long);
    await append('after');
    expect((await Array.fromAsync(readLines(path))).map(({ text }) => text.length)).to.deep.equal([200_000, 5]);
  });

  it('keeps what a kill left of a line beside it, each time', async () => {
    const asides: string[] = [];
    await append('one');
    for (const rest of ['tw', 'twe']) {
      writeFileSync(path, rest, { flag: 'a' });
      await append('two', (aside) => asides.push(aside));
    }
    expect(readFileSync(path, 'utf8')).to.equal('one\ntwo\ntwo\n');
    expect(asides.map((aside) => readFileSync(aside, 'utf8'))).to.deep.equal(['tw', 'twe']);
    expect(readdirSync(join(folder.path, 'new'))).to.have.length(3);
  });

  it('holds nothing of a line that the disk had no room for', () => {
    const script = `
      import { LineFile } from ${JSON.stringify(join(import.meta.dirname, '../../../shared/files/line-file.ts'))};
      process.on('SIGXFSZ', () => undefined);
      const file = await LineFile.open(process.argv[1], () => undefined);
      await file.append('a'.repeat(700));
      const failed = await file.append('b'.repeat(700)).catch((error) => error.code);
      await file.append('c'.repeat(100));
      await file[Symbol.asyncDispose]();
      console.log(failed);`;
    // A limit of 1,024 bytes for every file stands in for a full disk: the second line is written by half.
    const limited = ['-c', 'ulimit -f 1; exec "$0" --input-type=module -e "$1" "$2"', process.execPath, script, path];
    expect(execFileSync('bash', limited, { encoding: 'utf8' }).trim()).to.equal('EFBIG');
    expect(readFileSync(path, 'utf8')).to.equal(`${'a'.repeat(700)}\n${'c'.repeat(100)}\n`);
  });
});
