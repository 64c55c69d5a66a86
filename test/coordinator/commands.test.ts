import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect } from 'chai';
import { parseBundle } from '../../shared/enrolment/bundle.ts';
import { formatConnection, parseConnection } from '../../shared/http-api/connection-file.ts';
import { joinFederation } from '../../site-agent/identity/join.ts';
import { runCommand } from '../support/command.ts';
import { patience } from '../support/patience.ts';
import { dayMs, minuteMs } from '../support/set-clock.ts';
import { temporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';

const anyPort = '127.0.0.1:0';

/** Starts `consilium-coordinator serve` and waits for its ready line. */
async function serve(folder: string): Promise<{ child: ChildProcess; ready: { sitePort: number; httpPort: number; operationsUrl: string }; lines: AsyncIterator<string> }> {
  const program = join(import.meta.dirname, '../../bin/consilium-coordinator.ts');
  const addresses = ['--site-address', anyPort, '--http-address', anyPort, '--metrics-address', anyPort];
  const child = spawn(process.execPath, [program, 'serve', folder, ...addresses, '--json'], { stdio: ['ignore', 'pipe', 'ignore'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return { child, ready: JSON.parse((await lines.next()).value ?? ''), lines };
}

describe('consilium-coordinator', () => {
  let state: TemporaryFolder;
  let folder: string;
  let printed: string;
  before(async () => {
    state = temporaryFolder();
    folder = join(state.path, 'coordinator');
    const { exitCode, stderr, stdout } = await runCommand('consilium-coordinator', ['init', folder, '--name', 'Test group', '--host', 'localhost', '127.0.0.1']);
    expect(exitCode, stderr).to.equal(0);
    printed = stdout;
    expect(stdout).to.contain('Founded "Test group"').and.to.contain(`consilium-coordinator serve ${folder}\n`);
  });
  after(() => state[Symbol.dispose]());

  it('init leaves a connection file that only its owner can read, and prints no token', () => {
    const file = join(folder, 'operator.json');
    expect(statSync(file).mode & 0o777).to.equal(0o600);
    const { url, token = '' } = parseConnection(file, readFileSync(file, 'utf8'));
    expect(url).to.equal('https://127.0.0.1:8444');
    expect(printed).not.to.contain(token);
  });

  it('init says loudly what its connection file may do, until when, and how to give less', () => {
    const [, until = ''] = /^It is the access of "operator" until (\S+Z)\./m.exec(printed) ?? [];
    expect(Date.parse(until) - Date.now()).to.be.closeTo(90 * dayMs, 5 * minuteMs);
    expect(printed).to.contain(`WHOEVER HAS ${join(folder, 'operator.json')} MAY DO EVERYTHING`);
    expect(printed).to.contain(`consilium-coordinator access grant ${folder} NAME --role data-scientist --output FILE\n`);
  });

  it('init refuses an operator whose name is another actor\'s', async () => {
    const { exitCode } = await runCommand('consilium-coordinator', ['init', join(state.path, 'other'), '--name', 'Other', '--host', 'localhost', '--operator', 'site mercy']);
    expect([exitCode, existsSync(join(state.path, 'other'))]).to.deep.equal([2, false]);
  });

  it('init refuses a folder that is in use and a host with a port', async () => {
    const again = await runCommand('consilium-coordinator', ['init', folder, '--name', 'Other', '--host', 'localhost', '--json']);
    expect([again.exitCode, JSON.parse(again.stderr).code]).to.deep.equal([5, 'folder-in-use']);
    const port = await runCommand('consilium-coordinator', ['init', join(state.path, 'new'), '--name', 'Other', '--host', 'localhost:8443']);
    expect(port.exitCode).to.equal(2);
    expect(port.stderr).to.contain('leave the port out');
    expect(existsSync(join(state.path, 'new'))).to.equal(false);
  });

  it('invite prints three lines, or writes them to a private file', async () => {
    const { stdout, stderr } = await runCommand('consilium-coordinator', ['invite', folder, 'mercy', '--valid', '12h']);
    const [, until = ''] = /^It can be used until (\S+), or until mercy is invited again\.\n$/.exec(stderr) ?? [];
    expect(Date.parse(until) - Date.now()).to.be.closeTo(dayMs / 2, minuteMs);
    expect(parseBundle(stdout).address).to.deep.equal({ host: 'localhost', port: 8443 });
    const file = join(state.path, 'north.bundle');
    const written = await runCommand('consilium-coordinator', ['invite', folder, 'north', '--address', 'gate.example.org:443', '--output', file, '--json']);
    expect(JSON.parse(written.stdout)).to.include({ site: 'north', file });
    expect(Date.parse(JSON.parse(written.stdout).expiresAt) - Date.now()).to.be.closeTo(7 * dayMs, minuteMs);
    expect(statSync(file).mode & 0o777).to.equal(0o600);
    expect(parseBundle(readFileSync(file, 'utf8')).address).to.deep.equal({ host: 'gate.example.org', port: 443 });
  });

  it('writes nothing that another user can read', async () => {
    await runCommand('consilium-coordinator', ['sites', folder]);
    const readable = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => (statSync(join(folder, name)).mode & 0o077) !== 0);
    expect(readable).to.deep.equal([]);
  });

  it('invite does not write over a file', async () => {
    const file = join(state.path, 'taken.bundle');
    writeFileSync(file, 'mine');
    const { exitCode, stderr } = await runCommand('consilium-coordinator', ['invite', folder, 'south', '--output', file, '--json']);
    expect([exitCode, JSON.parse(stderr).code]).to.deep.equal([5, 'file-unwritable']);
    expect(readFileSync(file, 'utf8')).to.equal('mine');
  });

  for (const time of ['7', '0d', '1w', '-1d']) {
    it(`invite refuses the validity ${time}`, async () => {
      expect((await runCommand('consilium-coordinator', ['invite', folder, 'mercy', `--valid=${time}`])).exitCode).to.equal(2);
    });
  }

  for (const path of ['.', 'keys', 'keys/certificate-authority.pem', 'keys/signing.pem']) {
    it(`refuses to work while others can read ${path}, and says what to run`, async () => {
      const open = join(folder, path);
      const { mode } = statSync(open);
      chmodSync(open, mode | 0o004);
      const outcomes = [await runCommand('consilium-coordinator', ['serve', folder]), await runCommand('consilium-coordinator', ['invite', folder, 'east'])];
      chmodSync(open, mode);
      for (const { exitCode, stderr } of outcomes) {
        expect(exitCode).to.equal(5);
        expect(stderr).to.contain(`run: chmod go-rwx '${open}'`);
      }
    });
  }

  it('revoke declines while the coordinator runs and names the command that cuts the site off; else it revokes, also twice', async () => {
    const { child, ready } = await serve(folder);
    const ended = once(child, 'exit');
    try {
      const invited = await runCommand('consilium-coordinator', ['invite', folder, 'west', '--address', `127.0.0.1:${ready.sitePort}`]);
      await joinFederation(join(state.path, 'west'), invited.stdout, { signal: patience() });
      const running = await runCommand('consilium-coordinator', ['revoke', folder, 'west']);
      expect(running.exitCode).to.equal(5);
      expect(running.stderr).to.contain('consilium site revoke');
    } finally {
      child.kill('SIGTERM');
    }
    await ended;
    const first = await runCommand('consilium-coordinator', ['revoke', folder, 'west', '--json']);
    const second = await runCommand('consilium-coordinator', ['revoke', folder, 'west', '--json']);
    expect([first.exitCode, second.exitCode]).to.deep.equal([0, 0]);
    expect(JSON.parse(first.stdout).revokedAt).to.match(/^2.*Z$/).and.to.equal(JSON.parse(second.stdout).revokedAt);
    const unknown = await runCommand('consilium-coordinator', ['revoke', folder, 'nowhere', '--json']);
    expect([unknown.exitCode, JSON.parse(unknown.stderr).code]).to.deep.equal([5, 'site-not-found']);
  });

  it('serves sites, the API and metrics until SIGTERM, and takes invitations of another process meanwhile', async () => {
    const { child, ready, lines } = await serve(folder);
    const ended = once(child, 'exit');
    try {
      const invited = await runCommand('consilium-coordinator', ['invite', folder, 'mercy', '--address', `127.0.0.1:${ready.sitePort}`]);
      await joinFederation(join(state.path, 'mercy'), invited.stdout, { signal: patience() });
      const sites = await runCommand('consilium-coordinator', ['sites', folder, '--json']);
      expect(JSON.parse(sites.stdout).sites.map(({ name }: { name: string }) => name)).to.include('mercy');
      expect((await runCommand('consilium-coordinator', ['sites', folder])).stdout).to.match(/^mercy +\d{4}-.*enrolled$/m);
      const file = join(folder, 'operator.json');
      const connection = join(state.path, 'connection.json');
      writeFileSync(connection, formatConnection({ ...parseConnection(file, readFileSync(file, 'utf8')), url: `https://127.0.0.1:${ready.httpPort}` }));
      expect((await runCommand('consilium', ['--connection', connection, 'site', 'list'])).stdout).to.match(/^mercy +not connected/m);
      expect((await fetch(`${ready.operationsUrl}/readyz`)).status).to.equal(200);
    } finally {
      child.kill('SIGTERM');
    }
    expect(JSON.parse((await lines.next()).value ?? '')).to.deep.equal({ event: 'stopped' });
    expect(await ended).to.deep.equal([0, null]);
  });

  for (const option of ['--site-address', '--http-address', '--metrics-address']) {
    it(`serve says that the address of ${option} is in use`, async () => {
      const holder = createServer().listen(0, '127.0.0.1');
      await once(holder, 'listening');
      const taken = `127.0.0.1:${(holder.address() as AddressInfo).port}`;
      const others = ['--site-address', '--http-address', '--metrics-address'].filter((other) => other !== option).flatMap((other) => [other, anyPort]);
      const { exitCode, stderr } = await runCommand('consilium-coordinator', ['serve', folder, option, taken, ...others, '--log-level', 'error']);
      holder.close();
      const [message, next] = stderr.split('\n');
      expect(exitCode).to.equal(5);
      expect(message).to.match(/^The program cannot listen on this address\. /).and.to.contain(`${taken} is in use.`);
      expect(next).to.contain(option);
    });
  }

  it('serve names every problem of the settings for an organisation\'s login', async () => {
    const settings = { issuer: 'http://login.example.org', clientId: 'consilium', audience: 'consilium', rolesClaim: '', roles: { staff: ['chief'] }, client: 'x' };
    const file = join(folder, 'open-id-connect.json');
    writeFileSync(file, JSON.stringify(settings));
    const { exitCode, stderr } = await runCommand('consilium-coordinator', ['serve', folder, '--json']);
    rmSync(file);
    expect([exitCode, JSON.parse(stderr).code]).to.deep.equal([2, 'invalid-settings']);
    const paths = JSON.parse(stderr).problems.map(({ path }: { path: string }) => path.replace('open-id-connect.json', ''));
    expect(paths).to.have.members(['.issuer', '.rolesClaim', '.roles.staff.0', '']);
  });

  it('serve refuses a folder without a coordinator', async () => {
    const { exitCode, stderr } = await runCommand('consilium-coordinator', ['serve', state.path, '--json']);
    expect([exitCode, JSON.parse(stderr).code]).to.deep.equal([5, 'not-initialised']);
  });
});
