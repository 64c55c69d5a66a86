import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect } from 'chai';

import { openCsvTable } from '../../../shared/datasets/csv-table.ts';
import { DataProblems } from '../../../shared/datasets/data-problems.ts';
import { ConsiliumError } from '../../../shared/errors/consilium-error.ts';
import { heartContract } from './heart-contract.ts';
import { readText, refusal } from './read-text.ts';

const contract = heartContract();
const plain = 'age,chol,cp,target,set\n63,233,1,no,train\n41,204,3,yes,test\n';

describe('a CSV table', () => {
  const readAlike: Record<string, string | Buffer> = {
    'a byte-order mark': `\uFEFF${plain}`,
    'a byte-order mark before a quote': `\uFEFF${plain.replace('age', '"age"')}`,
    'Windows line ends': plain.replaceAll('\n', '\r\n'),
    'old Macintosh line ends': plain.replaceAll('\n', '\r'),
    'no line end after the last row': plain.trimEnd(),
    'blank lines between and after rows': plain.replaceAll('\n', '\n\n  \n'),
    'semicolons': plain.replaceAll(',', ';'),
    'semicolons beside quoted commas': plain.replaceAll(',', ';').replaceAll('\n', ';"a,b,c,d,e,f"\n').replace('"a,b,c,d,e,f"', '"remarks (one, two, three, four, five, six)"'),
    'tabs': plain.replaceAll(',', '\t'),
    'quoted cells': plain.replaceAll(/[^,\n]+/g, '"$&"'),
    'spaces around cells': plain.replaceAll(',', ' , '),
    'units in the header': plain.replace('age', 'age [a]').replace('chol', '"chol [mg/dL]"'),
    'columns that the contract does not name': plain.replaceAll('\n', ',anything\n').replace('anything', 'remark'),
    'a quoted comma in another column': plain.replaceAll('\n', ',"pain, at night"\n').replace('"pain, at night"', '"remark, free"'),
    'quotes and a line end in a quoted cell': plain.replaceAll('\n', ',"a ""remark""\r\nof two lines"\n').replace(/"a[^]*?lines"/, 'remark'),
  };
  for (const [name, text] of Object.entries(readAlike)) {
    it(`is read right with ${name}`, async () => {
      const rows = await readText(text, contract);
      expect([...rows.train.inputs]).to.deep.equal([63, 233, 0, 0]);
      expect([...rows.test.inputs]).to.deep.equal([41, 204, 0, 1]);
      expect([...rows.train.targets[0], ...rows.test.targets[0]]).to.deep.equal([0, 1]);
    });
  }

  it('keeps brackets inside a unit', async () => {
    const pressure = heartContract({ columns: [{ name: 'trestbps', type: 'number', unit: 'mm[Hg]', minimum: 0, maximum: 300 }] });
    expect((await readText('trestbps [mm[Hg]],target,set\n120,no,train\n', pressure)).train.count).to.equal(1);
  });

  const refused: Record<string, [string | Buffer, string[]]> = {
    'an empty file': ['', ['heart.csv: is empty; a header row and at least one row are needed']],
    'a file of blank lines': ['\n \n\n', ['heart.csv: is empty; a header row and at least one row are needed']],
    'a header without rows': ['age,chol,cp,target,set\n', ['heart.csv: has a header but no rows']],
    'two columns of one name': [plain.replace('set', 'age [a]'), ['heart.csv:1:column 5: has the same name as column 1; is the header row missing?']],
    'a row with too few cells': [plain.replace(',no', ''), ['heart.csv:2:column 5: the row ends before this column: 4 cells, the header has 5']],
    'a row with too many cells': [
      plain.replace('yes', 'yes,yes'),
      ['heart.csv:3:column 6: the row goes on after the last column: 6 cells, the header has 5; quote cells that hold the delimiter'],
    ],
    'a quote that is never closed': [plain.replace('41', '"41'), ['heart.csv:3: a quoted cell that begins here is never closed']],
    'a quote inside a cell': [
      plain.replace('41', '4"1'),
      ['heart.csv:3: has a quote in the wrong place; a cell with quotes is quoted as a whole, and quotes in it are doubled'],
    ],
  };
  for (const [name, [text, expected]] of Object.entries(refused)) {
    it(`is refused for ${name}`, async () => {
      expect(await refusal(readText(text, contract))).to.deep.equal(expected);
    });
  }

  it('is refused for a broken quote together with the problems of the rows before it', async () => {
    const text = plain.replace('233', 'high') + '4"1,204,3,yes,test\n50,200,2,no,train\n';
    expect((await refusal(readText(text, contract))).map((problem) => problem.split(': ')[0])).to.deep.equal(['heart.csv:2:chol', 'heart.csv:4']);
  });

  it('is refused in UTF-16, with what to do', async () => {
    const [first] = await refusal(readText(Buffer.from(`\uFEFF${plain}`, 'utf16le'), contract));
    expect(first).to.equal('heart.csv: is UTF-16 text; save it as CSV in UTF-8');
  });

  it('counts lines as an editor does, also after a line end inside a cell', async () => {
    const text = 'remark,age,chol,cp,target,set\r\n"two\r\nlines",63,233,1,no,train\r\n\r\nx,4O,204,3,yes,test\r\n';
    expect(await refusal(readText(text, contract))).to.deep.equal(['heart.csv:5:age: is not a number']);
  });

  it('that cannot be opened is named', async () => {
    const path = join(tmpdir(), 'consilium-no-such-folder', 'heart.csv');
    const error = await openCsvTable(path, new DataProblems()).catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(ConsiliumError).with.property('code', 'data-unreadable');
    expect((error as ConsiliumError).message).to.contain(`${path} (ENOENT)`);
  });

  it('has the digest of the bytes of its file', async () => {
    const text = `\uFEFF${plain}` + '50,200,2,no,train\n'.repeat(20_000);
    const { files } = await readText(text, contract);
    expect(files).to.deep.equal([{ name: 'heart.csv', sha256: createHash('sha256').update(text).digest('hex') }]);
  });
});
