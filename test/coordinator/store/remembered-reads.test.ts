import { setImmediate } from 'node:timers/promises';
import { expect } from 'chai';
import { RememberedReads } from '../../../coordinator/store/remembered-reads.ts';

describe('remembered reads', () => {
  let others: number;
  let content: string;
  let read: string[];
  let remembered: RememberedReads;
  let table: { find(id: string): Promise<string>; list(run?: string): Promise<string[]>; both(): Promise<string>; with(key: Uint8Array): Promise<number>; broken(): Promise<never> };
  beforeEach(() => {
    others = 1;
    content = 'old';
    read = [];
    remembered = new RememberedReads(() => others);
    const answer = async <Value>(question: string, value: Value, from = 'letter') => {
      read.push(question);
      await Promise.resolve();
      remembered.note([from]);
      return value;
    };
    const tables = {
      letters: {
        find: (id: string) => answer(`find ${id}`, `${id} is ${content}`),
        list: (run?: string) => answer(`list ${run}`, [`${run}`], 'run'),
        both: async () => `${await answer('letter', content)} and ${await answer('run', content, 'run')}`,
        with: (key: Uint8Array) => answer(`with ${key.length}`, key.length),
        broken: async () => {
          read.push('broken');
          throw new Error('The disk is gone.');
        },
      },
    };
    table = remembered.of(tables).letters;
  });

  it('ask once for each question', async () => {
    expect(await Promise.all([table.find('a'), table.find('a'), table.find('b'), table.list()])).to.deep.equal(['a is old', 'a is old', 'b is old', ['undefined']]);
    expect(await table.find('a')).to.equal('a is old');
    expect(read).to.deep.equal(['find a', 'find b', 'list undefined']);
  });

  it('ask again once a table was written that the answer came from, and of no other', async () => {
    await Promise.all([table.find('a'), table.list('r')]);
    content = 'new';
    remembered.forget(['letter']);
    expect(await table.find('a')).to.equal('a is new');
    await table.list('r');
    expect(read).to.deep.equal(['find a', 'list r', 'find a']);
  });

  it('ask again when one of several tables of the answer was written, also while it was being read', async () => {
    const under = table.both();
    await Promise.resolve();
    await Promise.resolve();
    content = 'new';
    remembered.forget(['letter']);
    await under;
    expect(await table.both()).to.equal('new and new');
    remembered.forget(['run']);
    await table.both();
    expect(read).to.deep.equal(['letter', 'run', 'letter', 'run', 'letter', 'run']);
  });

  it('ask everything again after a commit of another process', async () => {
    await table.find('a');
    content = 'new';
    others = 2;
    await setImmediate();
    expect(await table.find('a')).to.equal('a is new');
  });

  it('forget failures', async () => {
    for (const _time of [1, 2]) await table.broken().catch(() => undefined);
    expect(read).to.deep.equal(['broken', 'broken']);
  });

  it('share lists that nobody can change', async () => {
    const list = await table.list('run');
    expect(() => list.push('more')).to.throw(TypeError);
  });

  it('remember only what is asked for with texts and numbers', async () => {
    for (const _time of [1, 2]) await table.with(new Uint8Array(3));
    expect(read).to.deep.equal(['with 3', 'with 3']);
  });
});
