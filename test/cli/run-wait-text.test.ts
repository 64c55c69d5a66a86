import { expect } from 'chai';
import { runWaitText } from '../../cli/run-wait-text.ts';
import { siteProgressText } from '../../cli/site-progress-text.ts';

const since = '2026-03-01T09:30:00.000Z';
const wait = { since, until: null, stuck: false, diskFull: false, sites: [], mishap: null };

describe('what keeps a run from going on', () => {
  it('is told with the sites, what each has to do, and since when', () => {
    const sites = [{ site: 'south', task: 'contribution', since, connected: false }, { site: 'va', task: 'contribution', since, connected: true }] as const;
    expect(runWaitText({ ...wait, stuck: true, until: '2026-03-01T10:30:00.000Z', sites: [...sites] })).to.equal(
      'It is stuck: nothing has moved since 2026-03-01T09:30:00Z. It waits for south (not connected), va to contribute, since 2026-03-01T09:30:00Z. The waiting ends at 2026-03-01T10:30:00Z.',
    );
  });

  it('is told to be the disk of the coordinator when it is full', () => {
    expect(runWaitText({ ...wait, stuck: true, diskFull: true })).to.equal(
      'It is stuck: nothing has moved since 2026-03-01T09:30:00Z. The disk of the coordinator is full: once an operator has made room there, everything goes on by itself.',
    );
  });

  it('is told with what the coordinator fails at', () => {
    const mishap = { code: 'storage-unavailable', text: 'The disk or the database does not take anything now.', times: 3, since, nextAt: '2026-03-01T09:31:00.000Z' };
    expect(runWaitText({ ...wait, mishap })).to.equal(
      'The coordinator has failed 3 times since 2026-03-01T09:30:00Z and tries again at 2026-03-01T09:31:00Z: The disk or the database does not take anything now.',
    );
  });
});

describe('what a site is at', () => {
  const nothing = { step: null, steps: null, percent: null, upload: null, code: null };
  for (const [text, progress] of [
    ['va is training, step 30 of 100', { ...nothing, activity: 'training', step: 30, steps: 100 }],
    ['va is training, 75 %', { ...nothing, activity: 'training', percent: 75 }],
    ['va is uploading, 12.0 MiB of 96.0 MiB', { ...nothing, activity: 'uploading', upload: { part: 'update', bytes: 12 * 2 ** 20, totalBytes: 96 * 2 ** 20 } }],
    ['va is retrying, The coordinator cannot be reached', { ...nothing, activity: 'retrying', code: 'coordinator-unreachable' }],
    ['va is waiting', { ...nothing, activity: 'waiting' }],
  ] as const) {
    it(text, () => expect(siteProgressText({ site: 'va', ...progress })).to.equal(text));
  }
});
