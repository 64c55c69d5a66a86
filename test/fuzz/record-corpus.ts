/**
 * Writes corpus/rpc.json: what the agents of a small federation with invented data send in a real run, a few messages of
 * each call. What belongs to that run alone (names, digests) stands there as a placeholder, which the fuzzer fills in.
 */
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openCoordinatorFolder } from '../../coordinator/federation/coordinator-folder.ts';
import { enrolmentDomain, enrolmentStatement } from '../../shared/enrolment/enrolment-statement.ts';
import { rawPublicKey, signStatement } from '../../shared/statements/signature.ts';
import { openSiteFolder } from '../../site-agent/identity/site-folder.ts';
import { certificateRequest, makeSiteKeys } from '../../site-agent/identity/site-keys.ts';
import { startFederation } from '../support/federation.ts';
import { startReadingRelay } from '../support/reading-relay.ts';
import { smallDataSet, smallPlan, smallTables } from '../support/small-study.ts';
import { rpcMethods } from './rpc-methods.ts';

/** Enough of a ciphertext for its beginning to be one. */
const longestBytes = 512;
const callsOfEach = 4;
const messagesOfEach = 4;

const sites = ['mercy', 'north', 'south'];
await using federation = await startFederation({ dataSet: smallDataSet, tables: smallTables(...sites) });
const { authority } = await openCoordinatorFolder(federation.coordinatorFolder);
await using relays = new AsyncDisposableStack();
const calls: { path: string; messages: object[] }[] = [];
const recorded = [];
for (const site of sites) {
  const relay = relays.use(await startReadingRelay(authority, federation.coordinator.sitePort, openSiteFolder(federation.siteFolder(site))));
  recorded.push(relay);
  await federation.restartAgent(site, { coordinator: `127.0.0.1:${relay.port}` });
}
const run = await federation.run(smallPlan(), 7);
for (const { calls: made } of recorded) {
  for (const { method, messages } of made) {
    const path = `/consilium.v1.${method.name.replace('.', '/')}`;
    calls.push({ path, messages: messages.slice(0, messagesOfEach).map((message) => asJson(method.decode(message), run.id) as object) });
  }
}
const corpus: Record<string, object[][]> = {};
for (const path of rpcMethods.keys()) {
  const seen = new Map(calls.filter((call) => call.path === path).map(({ messages }) => [JSON.stringify(messages), messages]));
  corpus[path] = [...seen.values()].slice(0, callsOfEach);
}
corpus['/consilium.v1.Enrolment/Describe'] = [[{}]];
corpus['/consilium.v1.Enrolment/Enrol'] = [[asJson(await enrolment(), '') as object]];
corpus['/consilium.v1.Enrolment/Renew'] = [[{ certificateRequest: (corpus['/consilium.v1.Enrolment/Enrol']![0]![0] as Record<string, unknown>)['certificateRequest'], signature: bytes(Buffer.alloc(64, 7)) }]];
corpus['/consilium.v1.GroupKeys/CloseEpoch'] = [[{ run: '$run', epoch: 1, signature: bytes(Buffer.alloc(64, 7)) }]];
corpus['/consilium.v1.Ledgers/Head'] = [[{}]];
corpus['/consilium.v1.SiteLink/Decline'] = [[{ assignment: 'offer $round', run: '$run', code: 'policy-refused' }], [{ assignment: 'open $round', run: '$otherRun', code: 'internal' }]];
const empty = Object.entries(corpus).filter(([, found]) => found.length === 0);
if (empty.length > 0) throw new Error(`Nothing was recorded of ${empty.map(([path]) => path).join(', ')}.`);
await writeFile(join(import.meta.dirname, 'corpus/rpc.json'), `${JSON.stringify(corpus, undefined, 1)}\n`);

/** What a site sends to join; it has no certificate yet, so that no relay can stand in between. */
async function enrolment(): Promise<object> {
  const token = randomBytes(32).toString('base64url');
  const keys = await makeSiteKeys();
  const unsigned = { certificateRequest: await certificateRequest(keys.tls), signingKey: rawPublicKey(keys.signing), agreementKey: rawPublicKey(keys.agreement) };
  return { token, ...unsigned, signature: signStatement(keys.signing, enrolmentDomain, enrolmentStatement(token, unsigned)) };
}

function bytes(value: Uint8Array): object {
  return { $bytes: Buffer.from(value.subarray(0, longestBytes)).toString('base64') };
}

function asJson(value: unknown, runId: string): unknown {
  if (value instanceof Uint8Array) return bytes(value);
  if (typeof value === 'string') return placeholder(value, runId);
  if (Array.isArray(value)) return value.map((entry) => asJson(entry, runId));
  if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== null).map(([name, entry]) => [name, asJson(entry, runId)]));
  return value;
}

function placeholder(text: string, runId: string): string {
  if (text === smallPlan().study) return '$study';
  return runId === '' ? text : text.replaceAll(new RegExp(`${runId}\\.\\d+`, 'g'), '$round').replaceAll(runId, '$run');
}
