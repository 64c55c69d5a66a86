import { join } from 'node:path';
import { expect } from 'chai';
import { RefusedEnrolments } from '../../../coordinator/enrolment/refused-enrolments.ts';
import { ConsiliumError } from '../../../shared/errors/consilium-error.ts';
import { silentLogger } from '../../../shared/logs/logger.ts';
import { joinFederation } from '../../../site-agent/identity/join.ts';
import { expectError } from '../../support/expect-error.ts';
import { LogLines } from '../../support/log-lines.ts';
import { minuteMs, SetClock } from '../../support/set-clock.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { startTestCoordinator } from '../../support/test-coordinator.ts';

const signal = new AbortController().signal;

describe('an enrolment that is refused', () => {
  it('because its bundle was used before is an audit event with the caller\'s address, and the operator is told', async () => {
    using parent = temporaryFolder();
    const log = new LogLines();
    await using coordinator = await startTestCoordinator({ log });
    const bundle = await coordinator.invite('mercy');
    await joinFederation(join(parent.path, 'first'), bundle, { signal });
    await expectError('token-used', joinFederation(join(parent.path, 'second'), bundle, { signal }));
    const event = (await coordinator.store.read.audit.list(0, 10)).at(-1)!;
    expect(event).to.deep.include({ action: 'enrolment refused', subject: 'mercy', detail: { code: 'token-used', othersLeftOut: false } });
    expect(event.actor).to.match(/^address 127\.0\.0\.1:\d+$/);
    const line = await log.find(({ message }) => message === 'An enrolment was refused.');
    expect(line.level).to.equal('warn');
    expect(line.fields).to.include({ code: 'token-used', site: 'mercy' });
    expect(JSON.stringify([event, line])).not.to.contain(bundle.split('\n')[1]);
  });

  it('with a token that never was names no site', async () => {
    using parent = temporaryFolder();
    await using coordinator = await startTestCoordinator();
    const bundle = (await coordinator.invite('mercy')).replace(/\n.*\n/, `\n${'A'.repeat(43)}\n`);
    await expectError('token-unknown', joinFederation(join(parent.path, 'site'), bundle, { signal }));
    expect((await coordinator.store.read.audit.list(0, 10)).at(-1)).to.deep.include({ action: 'enrolment refused', subject: '', detail: { code: 'token-unknown', othersLeftOut: false } });
  });

  it('is recorded thirty times a minute at most, and the last one says that others are left out', async () => {
    await using coordinator = await startTestCoordinator();
    const clock = new SetClock();
    const refusals = new RefusedEnrolments(coordinator.store, clock, silentLogger);
    const refuse = async (times: number) => {
      for (let time = 0; time < times; time++) await refusals.record(new ConsiliumError('token-unknown'), 'guess', '192.0.2.1:1');
    };
    await refuse(100);
    const events = await coordinator.store.read.audit.list(0, 1000);
    expect(events.map(({ detail }) => detail['othersLeftOut'])).to.deep.equal([...new Array(29).fill(false), true]);
    clock.aheadMs = minuteMs;
    await refuse(1);
    expect(await coordinator.store.read.audit.list(0, 1000)).to.have.length(31);
  });
});
