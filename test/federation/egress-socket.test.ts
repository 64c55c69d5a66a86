import { expect } from 'chai';
import { openCoordinatorFolder } from '../../coordinator/federation/coordinator-folder.ts';
import { catalogue } from '../../shared/errors/catalogue.ts';
import { sha256Hex } from '../../shared/statements/digest.ts';
import type { ContributionChunk } from '../../shared/wire/generated/consilium/v1/ContributionChunk.ts';
import type { CoSignatures } from '../../shared/wire/generated/consilium/v1/CoSignatures.ts';
import type { DecryptionReport } from '../../shared/wire/generated/consilium/v1/DecryptionReport.ts';
import { partFromWire } from '../../shared/wire/round-names.ts';
import { ledgerFilesIn, ledgerFolderOf, ledgerOwnerOf } from '../../site-agent/egress/ledger-files.ts';
import type { LedgerLine } from '../../site-agent/egress/ledger-line.ts';
import { verifyLedger } from '../../site-agent/egress/ledger-verification.ts';
import { openSiteFolder } from '../../site-agent/identity/site-folder.ts';
import { startFederation, type Federation } from '../support/federation.ts';
import { startReadingRelay, type ReadCall, type ReadingRelay } from '../support/reading-relay.ts';
import { smallDataSet, smallPlan, smallTables } from '../support/small-study.ts';
import { possiblePaths, wireFields, wireMethods, type WireField } from '../support/wire-message.ts';

/** What a field may hold: a text of this form, this many bytes, or an integer. */
type Form = RegExp | { readonly bytes: number } | 'integer';
type Allowed = readonly [form: Form, why: string];

const name = /^[a-z0-9][a-z0-9-]{0,80}$/;
const round = /^[a-z0-9][a-z0-9-]{0,80}\.\d{1,9}$/;
const digest = /^[0-9a-f]{64}$/;
const errorCode = new RegExp(`^(${Object.keys(catalogue).join('|')})$`);

const run: Allowed = [name, 'the coordinator chose it'];
const epoch: Allowed = ['integer', 'the coordinator chose it'];
const part: Allowed = ['integer', 'the plan says which parts a round has'];

/**
 * Every field of every control message that a site can send, and why it tells nothing about patients. A new field of a
 * proto fails the test below until somebody has thought about it here.
 */
const controlMessages: Readonly<Record<string, Readonly<Record<string, Allowed>>>> = {
  'Enrolment.Describe': {},
  'Enrolment.Enrol': {
    token: [/^[\w-]{20,}$/, 'the operator made it'],
    certificateRequest: [{ bytes: 1024 }, 'a public key, made before any data is named'],
    signingKey: [{ bytes: 32 }, 'a public key, made before any data is named'],
    agreementKey: [{ bytes: 32 }, 'a public key, made before any data is named'],
    signature: [{ bytes: 64 }, 'over the fields above'],
  },
  'Enrolment.Renew': {
    certificateRequest: [{ bytes: 1024 }, 'a public key, from the platform\'s randomness'],
    signature: [{ bytes: 64 }, 'over the field above and what the coordinator knows'],
  },
  'SiteLink.Watch': {
    agentVersion: [/^\d+\.\d+\.\d+$/, 'the version of Consilium'],
    engine: [/^(auto|wasm|tfjs-node|cpu)$/, 'what site.json says'],
    heldRuns: run,
  },
  'SiteLink.Decline': {
    assignment: [/^[a-z0-9 .-]{1,200}$/, 'the coordinator chose it'],
    run,
    code: [errorCode, 'one of a closed list; the hospital reads it in its log as well. It tells that the data are missing, too few for the plan or against its contract, never a number'],
  },
  'SiteLink.TellProgress': {
    run,
    round: [round, 'the coordinator chose it'],
    activity: ['integer', 'one of a closed list, at a steady beat: not when it began or ended'],
    step: ['integer', 'of as many steps as the plan counts, the same for all sites; nothing with local epochs'],
    steps: ['integer', 'the plan says it; nothing with local epochs, whose steps would tell the number of rows'],
    percent: ['integer', 'in quarters, with local epochs only'],
    code: [new RegExp(`^$|${errorCode.source}`), 'one of a closed list, or nothing'],
  },
  'Studies.GetPlan': { study: [name, 'the coordinator chose it'] },
  'Studies.Decide': {
    study: [name, 'the data-science team chose it'],
    planHash: [digest, 'of the plan as it was proposed'],
    rosterHash: [digest, 'of the roster as it was proposed'],
    decision: ['integer', 'yes, no or not any more'],
    decidedBy: ['integer', 'the policy or a person; who that is stays at the hospital'],
    code: [new RegExp(`^$|${errorCode.source}`), 'one of a closed list, or nothing'],
    decidedAtMs: ['integer', 'the clock'],
    signature: [{ bytes: 64 }, 'over the fields above'],
  },
  'GroupKeys.OfferEpochKey': {
    run,
    epoch,
    publicKey: [{ bytes: 32 }, 'from the platform\'s randomness'],
    signature: [{ bytes: 64 }, 'over the fields above'],
  },
  'GroupKeys.DepositGroupKey': {
    run,
    epoch,
    groupKeyHash: [digest, 'of a key from the platform\'s randomness'],
    'boxes.recipient': [name, 'a site\'s name'],
    'boxes.encapsulation': [{ bytes: 32 }, 'from the platform\'s randomness'],
    'boxes.ciphertext': [{ bytes: 200_000 }, 'the group key, which is randomness, for another site'],
    'boxes.signature': [{ bytes: 64 }, 'over the fields above'],
  },
  'GroupKeys.ConfirmGroupKey': { run, epoch, groupKeyHash: [digest, 'the custodian chose it'] },
  'Manifests.CoSign': {
    round: [round, 'the coordinator chose it'],
    attempt: ['integer', 'the coordinator chose it'],
    'signatures.part': part,
    'signatures.signature': [{ bytes: 64 }, 'over the manifest that the coordinator sent'],
  },
  'GroupKeys.CloseEpoch': { run, epoch, signature: [{ bytes: 64 }, 'over how the epoch ends, which the coordinator sent'] },
  'Contributions.Held': { run, round: [round, 'the coordinator chose it'], part, digest: [digest, 'of a contribution whose line is in the ledger'] },
  'ModelVersions.Download': { run, digest: [digest, 'the coordinator named it'] },
  'ModelVersions.Lineage': { run, digest: [digest, 'the coordinator named it'] },
  'Decryptions.DownloadSum': { round: [round, 'the coordinator chose it'], part },
  'Ledgers.Head': {},
};

/**
 * The two messages of the one door. Fields that say `ledger` are compared with the line; the others tell nothing about
 * patients.
 */
const doorMessages: Readonly<Record<string, Readonly<Record<string, 'ledger' | Allowed>>>> = {
  'Contributions.Upload': {
    'header.run': 'ledger',
    'header.round': 'ledger',
    'header.attempt': 'ledger',
    'header.part': 'ledger',
    'header.epoch': epoch,
    'header.layoutFingerprint': 'ledger',
    'header.parameterSet': [/^bfv-[a-z0-9-]+$/, 'the same for all'],
    'header.nonce': [{ bytes: 16 }, 'from the platform\'s randomness'],
    'header.totalBytes': 'ledger',
    'header.digest': 'ledger',
    'header.tag': [{ bytes: 8 }, 'a sum of the ciphertexts\' words under random factors that only members know, hidden by one more'],
    'header.fromByte': ['integer', 'the coordinator said that it holds as many'],
    'header.ledgerHead.sequence': 'ledger',
    'header.ledgerHead.hash': 'ledger',
    ciphertexts: 'ledger',
  },
  'Decryptions.Report': {
    'result.round': 'ledger',
    'result.attempt': 'ledger',
    'result.parts.part': 'ledger',
    'result.parts.sumDigest': 'ledger',
    'result.version': 'ledger',
    'result.parametersHash': 'ledger',
    'result.signature': [{ bytes: 64 }, 'over fields that are in the ledger or come from the coordinator'],
    'result.ledgerHead.sequence': 'ledger',
    'result.ledgerHead.hash': 'ledger',
    'laneSums.part': 'ledger',
    'laneSums.bytes': 'ledger',
  },
};

/** What gRPC puts ahead of the messages of a call. */
const callHeaders: Readonly<Record<string, RegExp>> = {
  te: /^trailers$/,
  'content-type': /^application\/grpc$/,
  'user-agent': /^grpc-node-js\/[\d.]+$/,
  'grpc-accept-encoding': /^[a-z,]+$/,
  'accept-encoding': /^[a-z,]+$/,
  'grpc-timeout': /^\d{1,8}[numSMH]$/,
};

const sites = ['mercy', 'north', 'south'];

describe('on the socket between agent and coordinator', () => {
  it('every field that a site can send is in the ledger or on the list of control fields', () => {
    const known = { ...controlMessages, ...doorMessages };
    expect(Object.keys(known)).to.have.members([...wireMethods.values()].map(({ name }) => name));
    for (const { name, request } of wireMethods.values()) expect(Object.keys(known[name]!), name).to.have.members(possiblePaths(request));
  });

  describe('in a whole run', () => {
    let federation: Federation;
    let run: string;
    const relays = new Map<string, ReadingRelay>();
    const resources = new AsyncDisposableStack();
    before(async () => {
      federation = resources.use(await startFederation({ dataSet: smallDataSet, tables: smallTables(...sites), agents: { progressEveryMs: 10 } }));
      const { authority } = await openCoordinatorFolder(federation.coordinatorFolder);
      for (const site of sites) {
        const relay = resources.use(await startReadingRelay(authority, federation.coordinator.sitePort, openSiteFolder(federation.siteFolder(site))));
        relays.set(site, relay);
        await federation.restartAgent(site, { coordinator: `127.0.0.1:${relay.port}` });
      }
      const { id, state, reason } = await federation.run(smallPlan());
      run = id;
      expect(state, reason).to.equal('COMPLETED');
      for (const site of sites) await federation.agent(site)[Symbol.asyncDispose]();
    });
    after(() => resources.disposeAsync());

    const callsOf = (site: string): readonly ReadCall[] => relays.get(site)!.calls;
    const doorCalls = (site: string) => callsOf(site).filter(({ method }) => method.name in doorMessages);

    async function linesOf(site: string): Promise<LedgerLine[]> {
      const lines: LedgerLine[] = [];
      const owner = openSiteFolder(federation.siteFolder(site));
      await verifyLedger(ledgerFilesIn(ledgerFolderOf(owner.folder)), ledgerOwnerOf(owner), { onLine: (line) => lines.push(line), tornEnd: 'refuse' });
      return lines;
    }

    it('every byte of every message is of a field that the protos know, and every header is gRPC\'s own', () => {
      for (const { method, headers, messages, rest } of sites.flatMap(callsOf)) {
        expect(rest.length, method.name).to.equal(0);
        for (const message of messages) wireFields(method.request, message);
        for (const [header, value] of Object.entries(headers)) expect(value, `${method.name} ${header}`).to.match(callHeaders[header] ?? /^(?!)/);
      }
    });

    it('every control message holds only what the list allows', () => {
      const control = sites.flatMap(callsOf).filter(({ method }) => !(method.name in doorMessages));
      for (const { method, messages } of control) {
        for (const field of messages.flatMap((message) => wireFields(method.request, message))) expectForm(field, controlMessages[method.name]![field.path]!, method.name);
      }
      const seen = new Set(control.map(({ method }) => method.name));
      const ofARun = Object.keys(controlMessages).filter((name) => !/^(Enrolment|Ledgers)|(Decline|CloseEpoch|Held|Lineage)$/.test(name));
      expect(seen, 'the relay saw all of a run').to.include.all.keys(...ofARun);
    });

    it('the door\'s messages hold beside what is in the ledger only what the list allows', () => {
      for (const { method, messages } of sites.flatMap(doorCalls)) {
        for (const field of messages.flatMap((message) => wireFields(method.request, message))) {
          const allowed = doorMessages[method.name]![field.path]!;
          if (allowed !== 'ledger') expectForm(field, allowed, method.name);
        }
      }
    });

    for (const site of sites) {
      it(`every contribution and every opened sum of ${site} is exactly what one line of its ledger says, and every line left`, async () => {
        const lines = await linesOf(site);
        const told = doorCalls(site).map(({ method, messages }) => {
          const decoded = messages.map((message) => method.decode(message));
          return method.name === 'Contributions.Upload' ? contributionLine(decoded as ContributionChunk[]) : openedSumLine(decoded as DecryptionReport[]);
        });
        const said = lines.map(({ what, sequence, hash, round, attempt, parts, outcomeDigests }) => ({
          what, sequence, hash, round, attempt, outcomeDigests,
          parts: parts.map(({ part, bytes, digest }) => ({ part, bytes, digest })),
        }));
        expect(told.toSorted((a, b) => a.sequence - b.sequence)).to.deep.equal(said);
        for (const { method, messages } of doorCalls(site).filter(({ method }) => method.name === 'Contributions.Upload')) {
          const { header } = method.decode(messages[0]!) as ContributionChunk;
          const line = lines.find(({ sequence }) => sequence === header!.ledgerHead!.sequence)!;
          expect([header!.run, header!.layoutFingerprint, header!.totalBytes]).to.deep.equal([line.run, line.parts[0]!.layoutFingerprint, line.parts[0]!.bytes]);
        }
      });
    }

    it('agreeing on a round takes one call of each site', async () => {
      const rounds = (await federation.store.read.rounds.list(run)).map(({ id }) => id);
      for (const site of sites) {
        const signed = callsOf(site).filter(({ method }) => method.name === 'Manifests.CoSign');
        expect(signed.map(({ method, messages }) => (method.decode(messages[0]!) as CoSignatures).round), site).to.have.members(rounds);
      }
    });

    it('all purposes and both roles of a decryptor were there', async () => {
      const lines = (await Promise.all(sites.map(linesOf))).flat();
      expect(new Set(lines.map(({ purpose }) => purpose))).to.have.all.keys('normalisation', 'calibration', 'training', 'evaluation');
      const opened = lines.filter(({ what }) => what === 'opened-sum');
      expect(opened.some(({ parts }) => parts.every(({ bytes }) => bytes > 0)), 'one that returned the sums').to.equal(true);
      expect(opened.some(({ parts }) => parts.every(({ bytes }) => bytes === 0)), 'one that only signed').to.equal(true);
    });
  });
});

type Told = Pick<LedgerLine, 'what' | 'sequence' | 'hash' | 'round' | 'attempt' | 'outcomeDigests'> & { parts: Omit<LedgerLine['parts'][number], 'layoutFingerprint'>[] };

/** What a line has to say about this upload: counted and hashed from the bytes that left. */
function contributionLine([first, ...rest]: ContributionChunk[]): Told {
  const { part, ledgerHead, round, attempt, digest } = first!.header!;
  const bytes = Buffer.concat(rest.map(({ ciphertexts }) => ciphertexts!));
  expect(sha256Hex(bytes)).to.equal(digest);
  return { what: 'contribution', ...ledgerHead!, round, attempt, outcomeDigests: [], parts: [{ part: partFromWire(part), bytes: bytes.length, digest: sha256Hex(bytes) }] };
}

/** A decryptor that only signs sends the digest of what the other one sends whole. */
function openedSumLine([first, ...rest]: DecryptionReport[]): Told {
  const { parts, ledgerHead, round, attempt, version, parametersHash } = first!.result!;
  return {
    what: 'opened-sum',
    ...ledgerHead!,
    round,
    attempt,
    outcomeDigests: [version, parametersHash],
    parts: parts.map(({ part, sumDigest }) => {
      const bytes = Buffer.concat(rest.filter(({ laneSums }) => laneSums!.part === part).map(({ laneSums }) => laneSums!.bytes));
      if (bytes.length > 0) expect(sha256Hex(bytes)).to.equal(sumDigest);
      return { part: partFromWire(part), bytes: bytes.length, digest: sumDigest };
    }),
  };
}

function expectForm({ path, value }: WireField, [form]: Allowed, method: string): void {
  const where = `${method} ${path}`;
  if (form === 'integer') expect(value, where).to.be.a('bigint');
  else if (form instanceof RegExp) expect(value, where).to.match(form);
  else expect((value as Buffer).length, where).to.be.at.most(form.bytes);
}
