import { expect } from 'chai';
import { parseJson, parseJsonBytes } from '../../../shared/json/parse-json.ts';

function messageOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    expect(error).to.be.instanceOf(SyntaxError);
    return (error as Error).message;
  }
  throw new Error('It was taken for JSON.');
}

describe('JSON of a file', () => {
  it('is read', () => {
    expect(parseJson(' {"a": [1, "\\u00e9", null]} ')).to.deep.equal({ a: [1, 'é', null] });
    expect(parseJsonBytes(Buffer.from('\u{feff}{"a":1}'))).to.deep.equal({ a: 1 });
  });

  const mistakes: [title: string, text: string, line: number, column: number][] = [
    ['a table', 'Smith,63,1\n', 1, 1],
    ['a table that begins with a number', '63,Smith\n', 1, 3],
    ['nothing', '', 1, 1],
    ['an object that does not end', '{\n  "a": 1', 2, 9],
    ['a comma too many', '{\n  "a": 1,\n}', 3, 1],
    ['a comma too few', '[1\n2]', 2, 1],
    ['a name without quotes', '{ name: "Smith" }', 1, 3],
    ['a string that does not end', '{"name": "Smi\nth"}', 1, 10],
    ['a bracket of the other kind', '[1}', 1, 3],
    ['a number with a zero first', '[007]', 1, 2],
    ['a second value', '{} {}', 1, 4],
  ];
  for (const [title, text, line, column] of mistakes) {
    it(`that is ${title} is refused with the place of the mistake and without its text`, () => {
      expect(messageOf(() => parseJson(text))).to.equal(`is not JSON: line ${line}, column ${column}`);
    });
  }

  it('that is not UTF-8 is refused', () => {
    expect(messageOf(() => parseJsonBytes(Uint8Array.of(0x22, 0xff, 0x22)))).to.equal('is not JSON: its bytes are not UTF-8');
  });
});
