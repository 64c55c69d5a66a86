import { expect } from 'chai';
import fc from 'fast-check';
import { encodeStatement, type StatementFields, type StatementValue } from '../../../shared/statements/statement.ts';

const { value } = fc.letrec<{ value: StatementValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    fc.string({ unit: 'grapheme', maxLength: 4 }),
    fc.bigInt(),
    fc.integer(),
    fc.uint8Array({ maxLength: 4 }),
    fc.array(tie('value'), { maxLength: 3 }),
  ),
}));
const fields = fc.array(fc.tuple(fc.string({ maxLength: 3 }), value), { maxLength: 4 });
const statement = fc.record({ domain: fc.string({ maxLength: 3 }), fields });

/** What a statement means, in a form that can be compared: an integer is the same number as `1` and as `1n`. */
function meaning({ domain, fields: list }: { domain: string; fields: StatementFields }): unknown {
  return [domain, list.map(([name, content]) => [name, valueMeaning(content)])];
}

function valueMeaning(content: StatementValue): unknown {
  if (typeof content === 'string') return content;
  if (typeof content === 'bigint' || typeof content === 'number') return { integer: BigInt(content).toString() };
  if (content instanceof Uint8Array) return { bytes: [...content] };
  return content.map(valueMeaning);
}

describe('statement encoding', () => {
  it('never gives two different statements the same bytes', () => {
    fc.assert(
      fc.property(statement, statement, (left, right) => {
        const equalBytes = Buffer.compare(encodeStatement(left.domain, left.fields), encodeStatement(right.domain, right.fields)) === 0;
        expect(equalBytes).to.equal(JSON.stringify(meaning(left)) === JSON.stringify(meaning(right)));
      }),
      { numRuns: 500 },
    );
  });

  it('can be read back, so it loses nothing', () => {
    fc.assert(
      fc.property(statement, ({ domain, fields: list }) => {
        const items = decode(Buffer.from(encodeStatement(domain, list)));
        expect(JSON.stringify(items)).to.equal(JSON.stringify([domain, ...list.flatMap(([name, content]) => [name, valueMeaning(content)])]));
      }),
    );
  });

  it('keeps these pairs apart', () => {
    const pairs: [StatementFields, StatementFields][] = [
      [[['a', 'bc']], [['ab', 'c']]],
      [[['a', '1']], [['a', 1]]],
      [[['a', 'x']], [['a', Buffer.from('x')]]],
      [[['a', ['x', 'y']]], [['a', ['xy']]]],
      [[['a', [['x'], 'y']]], [['a', [['x', 'y']]]]],
      [[['a', '']], [['a', []]]],
      [[['a', 'b'], ['c', 'd']], [['c', 'd'], ['a', 'b']]],
      [[], [['', '']]],
    ];
    for (const [left, right] of pairs) expect(encodeStatement('test', left)).not.to.deep.equal(encodeStatement('test', right));
    expect(encodeStatement('test/1', [])).not.to.deep.equal(encodeStatement('test/2', []));
  });

  it('does not change: signatures outlive versions', () => {
    const bytes = Buffer.from(encodeStatement('consilium/example/1', [['name', 'x'], ['count', -7], ['list', [Buffer.from([0])]]]));
    expect(bytes.toString('latin1').replaceAll('\0', '.')).to.equal(
      'L.......lT.......\x13consilium/example/1T.......\x04nameT.......\x01xT.......\x05countI.......\x02-7T.......\x04listL.......\nB.......\x01.',
    );
  });

  it('refuses numbers and text that have no exact bytes', () => {
    expect(() => encodeStatement('test', [['a', 0.5]])).to.throw(RangeError);
    expect(() => encodeStatement('test', [['a', 2 ** 53]])).to.throw(RangeError);
    expect(() => encodeStatement('test', [['a', '\ud800']])).to.throw(RangeError);
  });
});

function decode(bytes: Buffer): unknown {
  const type = bytes.toString('latin1', 0, 1);
  const content = bytes.subarray(9, 9 + Number(bytes.readBigUInt64BE(1)));
  if (type === 'T') return content.toString('utf8');
  if (type === 'I') return { integer: content.toString('utf8') };
  if (type === 'B') return { bytes: [...content] };
  const items: unknown[] = [];
  for (let at = 0; at < content.length; at += 9 + Number(content.readBigUInt64BE(at + 1))) items.push(decode(content.subarray(at)));
  return items;
}
