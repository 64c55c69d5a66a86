import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { keyFingerprint } from '../../../shared/statements/key-fingerprint.ts';
import { policyLines } from '../../../site-agent/consent/policy-lines.ts';
import { readPolicy } from '../../../site-agent/consent/policy.ts';
import { areWorkingHours } from '../../../site-agent/consent/working-hours.ts';
import { expectError } from '../../support/expect-error.ts';
import { temporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.ts';

describe('A policy file', () => {
  let folder: TemporaryFolder;
  before(() => (folder = temporaryFolder()));
  after(() => folder[Symbol.dispose]());
  const write = (policy: unknown) => writeFileSync(join(folder.path, 'policy.json'), typeof policy === 'string' ? policy : JSON.stringify(policy));

  it('that is not there means that everything is asked and that sums need three contributors', async () => {
    expect(await readPolicy(folder.path)).to.deep.equal({ studies: 'ask', minimumContributors: 3 });
  });

  it('is refused with all of its problems together', async () => {
    write({ studies: 'yes', dataset: ['heart'], hours: { from: '7', to: '25:00', timeZone: 'Moon/Sea' }, leadKeys: ['nine trees'], maximumRounds: 0 });
    const { problems } = await expectError('policy-invalid', readPolicy(folder.path));
    expect(problems.map(({ path }) => path)).to.have.members([
      'policy.json.studies', 'policy.json.maximumRounds', 'policy.json.hours.from', 'policy.json.hours.to', 'policy.json.hours.timeZone', 'policy.json.leadKeys.0', 'policy.json',
    ]);
  });

  it('that is not JSON is refused, with the place of the mistake', async () => {
    write('{ "studies": "ask"\n "dataSets": [] }');
    const { problems } = await expectError('policy-invalid', readPolicy(folder.path));
    expect(problems).to.deep.equal([{ path: 'policy.json', message: 'is not JSON: line 2, column 2' }]);
  });

  it('allows nobody fewer than two contributors', async () => {
    write({ minimumContributors: 1 });
    await expectError('policy-invalid', readPolicy(folder.path));
  });

  it('takes lead keys in words and in hex', async () => {
    const { words, hex } = keyFingerprint(Buffer.alloc(32, 7));
    write({ leadKeys: [words, hex] });
    expect((await readPolicy(folder.path)).leadKeys).to.deep.equal([words, hex]);
  });

  it('is said in words, a sentence for each setting, also for those that are left out', async () => {
    write({ studies: 'approve-within-limits', maximumBytesPerDay: 5_000_000, hours: { from: '19:00', to: '06:00', timeZone: 'Europe/Zurich' } });
    const lines = policyLines(await readPolicy(folder.path));
    expect(lines).to.include('Within 24 hours at most 5000000 bytes (4.8 MiB) derived from data may leave.');
    expect(lines).to.include('Rounds are taken from 19:00 to 06:00 of the next day, Europe/Zurich.');
    expect(lines).to.include('No sum may be opened over fewer than 3 sites.').and.to.include('A model may have any size.');
  });
});

describe('Working hours', () => {
  const cases: readonly [hours: string, zone: string, at: string, within: boolean][] = [
    ['09:00-17:00', 'UTC', '2026-03-02T09:00:00Z', true],
    ['09:00-17:00', 'UTC', '2026-03-02T16:59:59Z', true],
    ['09:00-17:00', 'UTC', '2026-03-02T17:00:00Z', false],
    ['19:00-06:00', 'UTC', '2026-03-02T23:30:00Z', true],
    ['19:00-06:00', 'UTC', '2026-03-02T00:00:00Z', true],
    ['19:00-06:00', 'UTC', '2026-03-02T06:00:00Z', false],
    ['19:00-06:00', 'UTC', '2026-03-02T18:59:00Z', false],
    ['19:00-06:00', 'Europe/Zurich', '2026-01-15T18:00:00Z', true],
    ['19:00-06:00', 'Europe/Zurich', '2026-07-15T17:00:00Z', true],
    ['19:00-06:00', 'Europe/Zurich', '2026-01-15T17:30:00Z', false],
  ];
  for (const [hours, timeZone, at, within] of cases) {
    it(`${hours} ${timeZone} ${within ? 'hold' : 'do not hold'} at ${at}`, () => {
      const [from, to] = hours.split('-') as [string, string];
      expect(areWorkingHours({ from, to, timeZone }, Date.parse(at))).to.equal(within);
    });
  }
});
