import { expect } from 'chai';
import { Progress } from '../../../shared/command-line/progress.ts';
import { duration, moment, size } from '../../../shared/command-line/quantities.ts';
import { writeTable } from '../../../shared/command-line/table.ts';
import { memoryIo } from './memory-io.ts';

describe('a table', () => {
  it('lines up its columns, numbers at the right, and has no colours in a pipe', async () => {
    const io = memoryIo();
    const rows = [{ site: 'cleveland', bytes: 123 }, { site: 'va', bytes: 4 }];
    writeTable(io.stdout, [
      { title: 'SITE', text: ({ site }) => site },
      { title: 'BYTES', text: ({ bytes }) => String(bytes), align: 'right' },
    ], rows);
    expect((await io.output()).stdout).to.equal('SITE       BYTES\ncleveland    123\nva             4\n');
  });

  it('shows its titles when there are no rows', async () => {
    const io = memoryIo();
    writeTable(io.stdout, [{ title: 'SITE', text: String }], []);
    expect((await io.output()).stdout).to.equal('SITE\n');
  });
});

describe('progress', () => {
  it('rewrites one line on a terminal, no wider than it, and leaves its end standing', async () => {
    const io = memoryIo({ terminalColumns: 10 });
    const progress = new Progress(io.stderr);
    progress.update('round 1 of 15');
    progress.end('done');
    expect((await io.output()).stderr).to.equal('\r\x1b[2Kround 1 o\r\x1b[2Kdone\n');
  });

  it('leaves the terminal at the beginning of a line after an error', async () => {
    const io = memoryIo({ terminalColumns: 80 });
    {
      using progress = new Progress(io.stderr);
      progress.update('round 1');
    }
    expect((await io.output()).stderr).to.equal('\r\x1b[2Kround 1\n');
  });

  it('writes plain lines elsewhere, at most one every two seconds', async () => {
    const io = memoryIo();
    let nowMs = 0;
    const progress = new Progress(io.stderr, { nowMs: () => nowMs });
    for (nowMs of [0, 100, 1999, 2000, 2500]) progress.update(`at ${nowMs}`);
    progress.end('done');
    expect((await io.output()).stderr).to.equal('at 0\nat 2000\ndone\n');
  });
});

describe('quantities on a screen', () => {
  it('are bytes in KiB below one MiB and in MiB from there, with one decimal', () => {
    expect([0, 1536, 1_048_524, 1_048_525, 1_572_864, 26_214_400].map(size)).to.deep.equal(['0.0 KiB', '1.5 KiB', '1023.9 KiB', '1.0 MiB', '1.5 MiB', '25.0 MiB']);
  });

  it('are times in the unit that a person would say', () => {
    expect([0, 840, 9949, 9950, 42_400, 59_499, 59_500, 185_000, 3_599_400, 3_599_500, 7_800_000].map(duration)).to.deep.equal([
      '0.0 s', '0.8 s', '9.9 s', '10 s', '42 s', '59 s', '1 min 00 s', '3 min 05 s', '59 min 59 s', '1 h 00 min', '2 h 10 min',
    ]);
  });

  it('are moments in ISO 8601 with the zone', () => {
    expect(moment(Date.UTC(2026, 2, 1, 9, 30, 0, 7))).to.equal('2026-03-01T09:30:00Z');
  });
});
