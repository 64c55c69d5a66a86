import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import type { LogSettings } from '../../../shared/logs/logger.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

/** Logs in a process of its own, because standard error is a process's. */
function logged(settings: LogSettings, script: string): { standardError: string; standardOutput: string } {
  const logger = new URL('../../../shared/logs/logger.ts', import.meta.url);
  const source = `import { createLogger } from '${logger}'; const log = createLogger(${JSON.stringify(settings)}); ${script}`;
  const ended = spawnSync(process.execPath, ['--input-type=module', '--eval', source], { encoding: 'utf8' });
  return { standardError: ended.stderr, standardOutput: ended.stdout };
}

describe('logger', () => {
  it('writes one JSON object a line to standard error, with the fields of its parents', () => {
    const { standardError, standardOutput } = logged(
      { level: 'info', terminal: 'json' },
      `log.child({ run: 'r1' }).child({ round: 3 }).info('round opened', { site: 'mercy' }); log.debug('not this');`,
    );
    const [line, ...rest] = standardError.trimEnd().split('\n');
    expect(rest).to.deep.equal([]);
    expect(standardOutput).to.equal('');
    const { time, ...fields } = JSON.parse(line!) as Record<string, unknown>;
    expect(time).to.match(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(fields).to.deep.equal({ level: 'info', message: 'round opened', run: 'r1', round: 3, site: 'mercy' });
  });

  it('writes a line that a person can read', () => {
    const { standardError } = logged({ level: 'info', terminal: 'human' }, `log.warn('site is late', { site: 'mercy' });`);
    expect(standardError).to.match(/^\d\d:\d\d:\d\d warn {2}site is late site=mercy\n$/);
  });

  it('appends to a file, and names the chain of causes of an error', () => {
    using folder = temporaryFolder();
    const file = join(folder.path, 'agent.log');
    const { standardError } = logged({ level: 'info', terminal: 'none', file }, `log.error('failed', {}, new Error('outer', { cause: new Error('inner') }));`);
    expect(standardError).to.equal('');
    expect((JSON.parse(readFileSync(file, 'utf8')) as { cause: string }).cause).to.match(/^Error: outer <- Error: inner\n/);
  });
});
