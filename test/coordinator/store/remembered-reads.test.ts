import { expect } from 'chai';
import { rememberReads } from '../../../coordinator/store/remembered-reads.ts';

describe('remembered reads', () => {
  let state: number;
  let read: string[];
  let table: { find(id: string): Promise<string>; list(run?: string): Promise<string[]>; with(key: Uint8Array): Promise<number>; broken(): Promise<never> };
  beforeEach(() => {
    state = 1;
    read = [];
    const answer = async <Value>(question: string, value: Value) => (read.push(question), value);
    const tables = {
      letters: {
        find: (id: string) => answer(`find ${id}`, `${id} in ${state}`),
        list: (run?: string) => answer(`list ${run}`, [`${run}`]),
        with: (key: Uint8Array) => answer(`with ${key.length}`, key.length),
        broken: async () => {
          read.push('broken');
          throw new Error('The disk is gone.');
        },
      },
    };
    table = rememberReads(tables, () => state).letters;
  });

  it('ask once for each state of the database, and for each question', async () => {
    expect(await Promise.all([table.find('a'), table.find('a'), table.find('b'), table.list()])).to.deep.equal(['a in 1', 'a in 1', 'b in 1', ['undefined']]);
    expect(read).to.deep.equal(['find a', 'find b', 'list undefined']);
    state = 2;
    expect(await table.find('a')).to.equal('a in 2');
  });

  it('give an answer that was under way at a commit to nobody who asks after it', async () => {
    const before = table.find('a');
    state = 2;
    expect(await Promise.all([before, table.find('a')])).to.deep.equal(['a in 1', 'a in 2']);
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
