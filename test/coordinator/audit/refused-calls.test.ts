import { EventEmitter, once } from 'node:events';
import { join } from 'node:path';
import { expect } from 'chai';
import { RefusedCalls, type RefusedCall } from '../../../coordinator/audit/refused-calls.ts';
import { Store, type Tables } from '../../../coordinator/store/store.ts';
import type { UnitOfWork } from '../../../coordinator/unit-of-work.ts';
import { ConsiliumError } from '../../../shared/errors/consilium-error.ts';
import { silentLogger } from '../../../shared/logs/logger.ts';
import { joinFederation } from '../../../site-agent/identity/join.ts';
import { expectError } from '../../support/expect-error.ts';
import { LogLines } from '../../support/log-lines.ts';
import { minuteMs, SetClock } from '../../support/set-clock.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { startTestCoordinator } from '../../support/test-coordinator.ts';

const refusal: RefusedCall = { site: 'mercy', address: '192.0.2.7:4711', call: 'contribution', subject: 'heart-1.3', error: new ConsiliumError('epoch-mismatch', "The run's epoch is 4.") };

describe('refused calls', () => {
  let resources: AsyncDisposableStack;
  let store: Store;
  let clock: SetClock;
  let counted: string[];
  let writes: EventEmitter;
  let refusedCalls: RefusedCalls;
  beforeEach(async () => {
    resources = new AsyncDisposableStack();
    const folder = resources.use(temporaryFolder());
    store = resources.use(await Store.open(join(folder.path, 'state.sqlite')));
    clock = new SetClock();
    counted = [];
    writes = new EventEmitter();
    refusedCalls = resources.use(new RefusedCalls({ store: watched(store, writes), clock, log: silentLogger, count: ({ call, error }) => counted.push(`${call} ${error.code}`) }));
  });
  afterEach(() => resources.disposeAsync());

  const events = () => store.read.audit.list(0, 1000);

  it('are audit events that say who, what, which and why', async () => {
    await refusedCalls.record(refusal);
    const [event] = await events();
    expect(event).to.deep.include({ actor: 'site mercy', action: 'contribution refused', subject: 'heart-1.3' });
    expect(event!.detail).to.deep.equal({ code: 'epoch-mismatch', detail: "The run's epoch is 4.", address: '192.0.2.7:4711' });
    expect(counted).to.deep.equal(['contribution epoch-mismatch']);
  });

  it('do not let the caller write what it likes into the log', async () => {
    await refusedCalls.record({ ...refusal, site: undefined, subject: 'heart\n"; drop', error: new ConsiliumError('not-found', 'x'.repeat(5000)) });
    const [event] = await events();
    expect(event).to.deep.include({ actor: 'stranger', subject: '' });
    expect(event!.detail['detail']).to.have.length(300);
  });

  for (const code of ['internal', 'cancelled', 'storage-unavailable'] as const) {
    it(`are not those that nobody refused: ${code}`, async () => {
      await refusedCalls.record({ ...refusal, error: new ConsiliumError(code) });
      expect([await events(), counted]).to.deep.equal([[], []]);
    });
  }

  it('of a flood are written sixty times a minute for each site, and then how many were left out', async () => {
    for (let call = 0; call < 100; call++) await refusedCalls.record(refusal);
    await refusedCalls.record({ ...refusal, site: 'north' });
    expect(await events()).to.have.length(61);
    expect(counted).to.have.length(101);

    clock.aheadMs = minuteMs;
    await refusedCalls.record(refusal);
    const written = await events();
    expect(written).to.have.length(63);
    expect(written.at(-2)).to.deep.include({ actor: 'site mercy', action: 'refusals left out', detail: { leftOut: 40, eventsPerMinute: 60 } });
    expect(written.at(-1)).to.include({ action: 'contribution refused' });
  });

  it('of all strangers together are bounded: another address does not help', async () => {
    await Promise.all(Array.from({ length: 100 }, (_, at) => refusedCalls.record({ ...refusal, site: undefined, address: `192.0.2.${at}:1` })));
    expect(await events()).to.have.length(60);
  });

  it('that were left out are told when the minute ends, also when nobody calls any more', async () => {
    for (let call = 0; call < 60; call++) await refusedCalls.record(refusal);
    clock.aheadMs = minuteMs - 2_000;
    const written = once(writes, 'written');
    await refusedCalls.record(refusal);
    await written;
    expect((await events()).at(-1)!.detail).to.deep.equal({ leftOut: 1, eventsPerMinute: 60 });
  });

  it('that were left out are told when the coordinator stops', async () => {
    for (let call = 0; call < 61; call++) await refusedCalls.record(refusal);
    await refusedCalls[Symbol.asyncDispose]();
    expect((await events()).at(-1)!.detail).to.deep.equal({ leftOut: 1, eventsPerMinute: 60 });
  });
});

describe('an enrolment that is refused', () => {
  const signal = new AbortController().signal;

  it("because its bundle was used before is an audit event with the site's name and the caller's address, and the operator is told", async () => {
    using parent = temporaryFolder();
    const log = new LogLines();
    await using coordinator = await startTestCoordinator({ log });
    const bundle = await coordinator.invite('mercy');
    await joinFederation(join(parent.path, 'first'), bundle, { signal });
    await expectError('token-used', joinFederation(join(parent.path, 'second'), bundle, { signal }));
    const event = (await coordinator.store.read.audit.list(0, 10)).at(-1)!;
    expect(event).to.deep.include({ actor: 'stranger', action: 'enrolment refused', subject: 'mercy' });
    expect(event.detail['code']).to.equal('token-used');
    expect(event.detail['address']).to.match(/^127\.0\.0\.1:\d+$/);
    const line = await log.find(({ message }) => message === 'A stranger was refused.');
    expect(line.level).to.equal('warn');
    expect(line.fields).to.include({ call: 'enrolment', code: 'token-used', subject: 'mercy' });
    expect(JSON.stringify([event, line])).not.to.contain(bundle.split('\n')[1]);
  });

  it('with a token that never was names no site', async () => {
    using parent = temporaryFolder();
    await using coordinator = await startTestCoordinator();
    const bundle = (await coordinator.invite('mercy')).replace(/\n.*\n/, `\n${'A'.repeat(43)}\n`);
    await expectError('token-unknown', joinFederation(join(parent.path, 'site'), bundle, { signal }));
    const event = (await coordinator.store.read.audit.list(0, 10)).at(-1)!;
    expect([event.action, event.subject, event.detail['code']]).to.deep.equal(['enrolment refused', '', 'token-unknown']);
  });
});

/** The store, which tells of every transaction that is committed. */
function watched(store: Store, writes: EventEmitter): UnitOfWork<Tables> {
  return {
    read: store.read,
    transaction: async (work) => {
      const result = await store.transaction(work);
      writes.emit('written');
      return result;
    },
  };
}
