import { Command } from 'commander';
import type { CommandIo, OutputStream } from '../shared/command-line/command-io.ts';
import { writeResult } from '../shared/command-line/command-result.ts';
import { requireConfirmation } from '../shared/command-line/confirmation.ts';
import { ConsiliumError } from '../shared/errors/consilium-error.ts';
import { federationResource } from '../shared/http-api/federation-resource.ts';
import { rosterListResource, rosterRecordResource } from '../shared/http-api/roster-resource.ts';
import { siteListResource } from '../shared/http-api/site-resource.ts';
import { signedRosterFromJson, signedRosterToJson } from '../shared/statements/roster-json.ts';
import { keyFingerprint } from '../shared/statements/key-fingerprint.ts';
import { isSignedRoster, rosterHash, signNextRoster, type RosterMember, type SignedRoster } from '../shared/statements/roster.ts';
import { equalBytes, sha256Hex } from '../shared/statements/digest.ts';
import { rawPublicKey } from '../shared/statements/signature.ts';
import { memberProblems } from '../shared/studies/member-problems.ts';
import { readPlan } from '../shared/studies/checked-plan.ts';
import { connect } from './coordinator-connection.ts';
import type { CoordinatorClient } from './coordinator-client.ts';
import { fingerprintLines } from './fingerprint-lines.ts';
import { readLeadKey } from './lead-key.ts';
import { changeLines, isUnchanged, rosterChanges, type RosterChanges } from './roster-changes.ts';

const notes = `
The coordinator names the keys of the sites; only a telephone call tells whether they are the hospitals'. Read each
fingerprint to the hospital before you say yes: consilium-site identity shows it there.

Examples:
  consilium study roster heart-disease --key lead-key.pem
  consilium study roster heart-disease --key lead-key.pem --site mercy north south`;

export function studyRosterCommand(io: CommandIo): Command {
  return new Command('roster')
    .description("Sign the list of a study's members with the study's lead key; its hospitals are asked then.")
    .argument('<study>', 'name of the study')
    .requiredOption('--key <file>', "the study's lead key; the first roster fixes it for all later ones")
    .option('--site <name...>', "members (default: the plan's sites, or all enrolled ones)")
    .option('--yes', 'ask nothing: every fingerprint has been compared')
    .addHelpText('after', notes)
    .action(async (study: string, { key, site, yes }: { key: string; site?: string[]; yes?: boolean }, command: Command) => {
      const leadKey = await readLeadKey(key);
      const client = await connect(command, io);
      const newest = await newestRoster(client, study);
      if (newest && !equalBytes(newest.leadKey, rawPublicKey(leadKey))) throw new ConsiliumError('lead-key-changed', `The study is ${study}.`);
      const { planHash, members } = await membersFor(client, study, site);
      const changes = rosterChanges(newest?.members ?? [], members);
      if (newest && isUnchanged(changes)) {
        writeResult(command, io, { ...described(newest), changes, alreadySigned: true }, (stdout) => stdout.write(`Version ${newest.version} of the roster of ${study} has these members already; there is nothing to do.\n`));
        return;
      }
      const { id: federation } = await client.get('/federation', federationResource);
      const next = signNextRoster(newest, { federation, study, planHash, members }, leadKey);
      showMembers(command.optsWithGlobals<{ json?: boolean }>().json ? io.stderr : io.stdout, next, changes);
      if (!yes) await requireConfirmation(io, 'Has every hospital read the same fingerprint to you?');
      await client.post(`${pathOf(study)}/rosters`, signedRosterToJson(next), rosterRecordResource);
      writeResult(command, io, { ...described(next), changes, alreadySigned: false }, (stdout) =>
        stdout.write(`\nSigned version ${next.version}. The hospitals are asked now; see what they say with: consilium study show ${study}\n`),
      );
    });
}

/** @throws signature-invalid when the coordinator hands out a roster that nobody signed */
async function newestRoster(client: CoordinatorClient, study: string): Promise<SignedRoster | undefined> {
  const { rosters } = await client.get(`${pathOf(study)}/rosters`, rosterListResource);
  const newest = rosters.at(-1);
  if (!newest) return undefined;
  const roster = signedRosterFromJson(newest.roster);
  if (!isSignedRoster(roster)) throw new ConsiliumError('signature-invalid', `It is the lead key's over version ${roster.version} of the roster.`);
  return roster;
}

/** @throws sites-missing, roster-invalid */
async function membersFor(client: CoordinatorClient, study: string, chosen: readonly string[] | undefined): Promise<{ planHash: string; members: RosterMember[] }> {
  const planJson = await client.bytes(`${pathOf(study)}/plan`);
  const plan = await readPlan(planJson);
  const { sites } = await client.get('/sites', siteListResource);
  const enrolled = sites.filter(({ revokedAt }) => revokedAt === null);
  const names = [...new Set(chosen ?? plan.sites ?? enrolled.map(({ name }) => name))];
  const missing = names.filter((name) => !enrolled.some((site) => site.name === name));
  if (missing.length > 0) throw new ConsiliumError('sites-missing', `Missing: ${missing.join(', ')}.`);
  const members = enrolled.filter(({ name }) => names.includes(name)).map(({ name, signingKey }) => ({ site: name, signingKey: Buffer.from(signingKey, 'hex') }));
  const problems = memberProblems(members, plan);
  if (problems.length > 0) throw new ConsiliumError('roster-invalid', '', { problems });
  return { planHash: sha256Hex(planJson), members };
}

function described(roster: SignedRoster): object {
  const { study, planHash, version, members, leadKey } = roster;
  return { study, planHash, version, hash: rosterHash(roster), leadKey: keyFingerprint(leadKey), members: members.map(({ site, signingKey }) => ({ site, ...keyFingerprint(signingKey) })) };
}

function showMembers(stream: OutputStream, { study, planHash, version, members, leadKey }: SignedRoster, changes: RosterChanges): void {
  const entry = (name: string, key: Uint8Array) => [name, ...fingerprintLines(key).map((line) => `  ${line}`), ''];
  const lines = [
    `${study}, plan ${planHash}`,
    `Version ${version} of the roster, ${members.length} members`,
    '',
    ...members.flatMap(({ site, signingKey }) => entry(site, signingKey)),
    ...entry('Lead key', leadKey),
    ...(version === 1 ? [] : ['Changes:', ...changeLines(changes).map((line) => `  ${line}`), '']),
  ];
  stream.write(`${lines.join('\n')}\n`);
}

function pathOf(study: string): string {
  return `/studies/${encodeURIComponent(study)}`;
}
