import { cpSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { expect } from 'chai';
import { openCoordinatorFolder } from '../../../coordinator/federation/coordinator-folder.ts';
import { checkEvidence, evidenceChecks, type CheckResult } from '../../../shared/evidence/checks/checks.ts';
import { contentsOf, contentsProblems } from '../../../shared/evidence/contents.ts';
import { Evidence } from '../../../shared/evidence/evidence.ts';
import type { DecisionRecord } from '../../../shared/evidence/decision-record.ts';
import type { DocumentName, EvidenceDocuments } from '../../../shared/evidence/evidence-documents.ts';
import { manifestOf, type ManifestRecord } from '../../../shared/evidence/manifest-record.ts';
import { receiptOf } from '../../../shared/evidence/receipt-record.ts';
import { auditHeadToResource } from '../../../shared/http-api/audit-resource.ts';
import { auditEventHash } from '../../../shared/statements/audit-event.ts';
import { signAuditHead } from '../../../shared/statements/audit-head.ts';
import { sha256Hex } from '../../../shared/statements/digest.ts';
import { ledgerReceiptDomain, ledgerReceiptFields, type LedgerHead } from '../../../shared/statements/ledger-receipt.ts';
import { manifestDigest } from '../../../shared/statements/manifest.ts';
import { versionDigest } from '../../../shared/statements/model-lineage.ts';
import { signNextRoster } from '../../../shared/statements/roster.ts';
import { signedRosterFromJson, signedRosterToJson } from '../../../shared/statements/roster-json.ts';
import { signStatement } from '../../../shared/statements/signature.ts';
import { expectError } from '../../support/expect-error.ts';
import { writeRunEvidence, type RunEvidence } from '../../support/run-evidence.ts';
import { signedDecisionRecord } from '../../support/signed-decision-record.ts';

type Writable<Value> = { -readonly [Key in keyof Value]: Writable<Value[Key]> };

describe('the evidence of a run', () => {
  let written: RunEvidence;
  let folder: string;
  before(async () => {
    written = await writeRunEvidence();
  });
  after(() => written[Symbol.asyncDispose]());
  beforeEach(() => {
    folder = join(written.path, 'copy');
    cpSync(written.folder, folder, { recursive: true });
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const decide = (site: string, also: boolean, decision: DecisionRecord['decision'], shiftMs: number): void => {
    const run = JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8'));
    edit('decisions.json', (decisions) => {
      const made = signedDecisionRecord(run, decisions.find((one) => one.site === site)!, { decision, shiftMs, siteFolder: written.siteFolders.get(site)! });
      decisions.splice(0, Infinity, ...decisions.filter((one) => also || one.site !== site), made);
    });
  };

  async function failures(): Promise<CheckResult[]> {
    return (await checkEvidence(await Evidence.open(folder))).filter(({ passed }) => !passed);
  }

  const failedChecks = async () => (await failures()).map(({ name }) => name);
  const failure = async (check: string) => (await failures()).find(({ name }) => name === check)?.finding;

  function edit<Name extends DocumentName>(name: Name, change: (document: Writable<EvidenceDocuments[Name]>) => void): void {
    const document = JSON.parse(readFileSync(join(folder, name), 'utf8'));
    change(document);
    writeFileSync(join(folder, name), JSON.stringify(document));
  }

  /** Puts other bytes in the place of a payload, under their own digest, which is returned. */
  function replacePayload(kind: string, digest: string, change: (bytes: Buffer) => unknown = (bytes) => (bytes[2]! ^= 1)): string {
    const bytes = readFileSync(join(folder, kind, digest));
    change(bytes);
    rmSync(join(folder, kind, digest));
    writeFileSync(join(folder, kind, sha256Hex(bytes)), bytes);
    return sha256Hex(bytes);
  }

  /** Puts another sum in the place of an opened one, with the digests that go with it. */
  function replaceSum({ decryptions }: Writable<EvidenceDocuments['rounds.json'][number]>, part: 'update' | 'statistics', change?: (bytes: Buffer) => unknown): void {
    const answers = decryptions.flatMap(({ answer }) => answer ?? []);
    const replaced = replacePayload('sums', answers[0]!.sumDigests[part]!, change);
    for (const { sumDigests } of answers) sumDigests[part] = replaced;
  }

  /** Makes the names of all versions follow from what they hold now. */
  function renameVersions(): void {
    const names = new Map<string, string>();
    edit('model-versions.json', (versions) => {
      for (const version of versions) {
        const before = version.digest;
        version.parent = names.get(version.parent) ?? version.parent;
        version.digest = versionDigest(version);
        names.set(before, version.digest);
      }
    });
    edit('rounds.json', (rounds) => {
      for (const round of rounds) round.baseVersion = names.get(round.baseVersion) ?? round.baseVersion;
    });
  }

  it('passes every check', async () => {
    expect(await failedChecks()).to.deep.equal([]);
    expect(await contentsProblems(folder)).to.deep.equal([]);
  });

  it('names and explains every check, each in one sentence', () => {
    for (const { name, proves } of evidenceChecks) expect(proves, name).to.match(/^[A-Z][^.]*\.$/);
    expect(new Set(evidenceChecks.map(({ name }) => name)).size).to.equal(evidenceChecks.length);
  });

  it('tells of every file that was changed, removed or added', async () => {
    const [sum] = readdirSync(join(folder, 'sums'));
    writeFileSync(join(folder, 'evidence.html'), 'All is well.');
    rmSync(join(folder, 'sums', sum!));
    writeFileSync(join(folder, 'weights', 'extra'), '');
    expect(await contentsProblems(folder)).to.deep.equal([
      { path: 'evidence.html', message: 'was changed' },
      { path: `sums/${sum}`, message: 'is missing' },
      { path: 'weights/extra', message: 'was added' },
    ]);
    writeFileSync(join(folder, 'contents.json'), '{}');
    expect((await contentsProblems(folder))[0]!.path).to.equal('contents.json');
  });

  it('that was altered and listed anew passes for its files alone', async () => {
    edit('run.json', (run) => void (run.parameters.clippingRanges![0]! *= 2));
    writeFileSync(join(folder, 'contents.json'), JSON.stringify(await contentsOf(folder, written.run, '2026-03-01T09:30:00.000Z')));
    expect(await contentsProblems(folder)).to.deep.equal([]);
    expect(await failedChecks()).to.deep.equal(['run parameters']);
  });

  it('is refused with every problem when its documents do not have their form', async () => {
    edit('run.json', (run) => void (run.planHash = 'none'));
    writeFileSync(join(folder, 'rounds.json'), '[');
    rmSync(join(folder, 'plan.json'));
    const error = await expectError('evidence-malformed', Evidence.open(folder));
    expect(error.problems.map(({ path }) => path)).to.have.members(['run.json.planHash', 'rounds.json', 'plan.json']);
  });

  const forgeries: [what: string, fails: string[], forge: () => void][] = [
    ['another plan', ['plan'], () => writeFileSync(join(folder, 'plan.json'), readFileSync(join(folder, 'plan.json'), 'utf8').replace('A small study', 'A large study'))],
    ['another plan hash in one version', ['plan', 'lineage'], () => edit('model-versions.json', (versions) => void (versions[1]!.planHash = 'a'.repeat(64)))],
    ["another key in a site's place", ['rosters', 'epochs'], () => edit('rosters.json', ([roster]) => void (roster!.members[0]!.signingKey = randomBytes(32).toString('base64')))],
    ['a member that was slipped in', ['rosters', 'epochs'], () => edit('rosters.json', ([roster]) => void roster!.members.push({ site: 'west', signingKey: randomBytes(32).toString('base64') }))],
    ['a roster that follows from none', ['rosters'], () => edit('rosters.json', (rosters) => void rosters.push({ ...rosters[0]!, version: 2 }))],
    ["a roster signed with another key than the study's", ['rosters'], () =>
      edit('rosters.json', (rosters) => {
        const previous = signedRosterFromJson(rosters[0]!);
        rosters.push(signedRosterToJson(signNextRoster(previous, previous, generateKeyPairSync('ed25519').privateKey)));
      })],
    ['an approval left out', ['approvals'], () => edit('decisions.json', (decisions) => void decisions.pop())],
    ['a start of the run that the log does not have', ['approvals'], () => edit('run.json', (run) => void (run.startedAtMs -= 1))],
    ['an approval that was a refusal', ['approvals'], () => edit('decisions.json', (decisions) => void (decisions[0]!.decision = 'refused'))],
    ["an approval under another site's name", ['approvals'], () => edit('decisions.json', (decisions) => void (decisions[0]!.signature = decisions[1]!.signature))],
    ['a hospital that took its approval back before the run began', ['approvals'], () => decide('mercy', true, 'withdrawn', -1)],
    ['a hospital that never approved, and withdrew later', ['approvals'], () => decide('mercy', false, 'withdrawn', 1)],
    ['a custodian from elsewhere', ['epochs'], () => edit('epochs.json', ([epoch]) => void (epoch!.custodian = 'west'))],
    ['another epoch than was signed', ['manifests', 'co-signatures', 'decryptors'], () => {
      edit('epochs.json', ([epoch]) => void (epoch!.number = 99));
      edit('rounds.json', (rounds) => rounds.forEach((round) => void (round.epoch = 99)));
    }],
    ['a beginning in the middle of the run', ['epochs'], () => edit('epochs.json', ([epoch]) => void (epoch!.start.round = 2))],
    ['an opened epoch after one that never closed', ['epochs'], () => edit('epochs.json', (epochs) => void epochs.push({ ...epochs[0]!, number: epochs[0]!.number + 1 }))],
    ['a round left out', ['schedule'], () => edit('rounds.json', (rounds) => void rounds.splice(1, 1))],
    ['a round with another purpose', ['schedule'], () => edit('rounds.json', (rounds) => void (rounds[1]!.purpose = 'evaluation'))],
    ['a last round left out of a completed run', ['schedule', 'evaluations'], () => edit('rounds.json', (rounds) => void rounds.pop())],
    ['a contribution left out of a manifest', ['manifests', 'co-signatures'], () => edit('manifests.json', (manifests) => void manifests[2]!.contributions.pop())],
    ['a manifest named anew after a contribution was left out', ['co-signatures', 'manifests'], () => remanifest(({ contributions }) => void contributions.pop())],
    ['a contribution named twice', ['manifests'], () => remanifest(({ contributions }) => void (contributions[1] = { ...contributions[0]!, site: contributions[1]!.site }))],
    ['a contributor named twice', ['manifests'], () => remanifest(({ contributions }) => void (contributions[1] = contributions[0]!))],
    ['a contributor that is no member', ['manifests'], () => remanifest(({ contributions }) => void (contributions[0]!.site = 'west'))],
    ['a contribution that was never accepted', ['manifests', 'audit agreement'], () => edit('rounds.json', (rounds) => void rounds[0]!.contributions.pop())],
    ['a sum over fewer sites than the plan asks for', ['manifests'], () => remanifest(({ contributions }) => void contributions.splice(0, 2))],
    ['a manifest that continues another', ['manifests', 'co-signatures'], () => remanifest((manifest) => void (manifest.previous = 'a'.repeat(64)))],
    ['a manifest left out', ['manifests', 'audit agreement'], () => edit('manifests.json', (manifests) => void manifests.splice(manifests.findIndex(({ part }) => part === 'update'), 1))],
    ['another tag', ['manifests', 'co-signatures'], () => remanifest(({ contributions }) => void (contributions[0]!.tag = '0'.repeat(16)))],
    ['co-signatures of less than half of the members', ['co-signatures'], () => edit('manifests.json', (manifests) => void manifests[0]!.signatures.splice(1))],
    ["a co-signature under another site's name", ['co-signatures'], () => edit('manifests.json', (manifests) => void (manifests[0]!.signatures[0]!.signature = manifests[0]!.signatures[1]!.signature))],
    ['statistics over other sites than before', ['cohort'], () => remanifest(({ contributions }) => void contributions.pop())],
    ['a signature over something else', ['decryptors'], () => edit('rounds.json', (rounds) => void (rounds[0]!.decryptions[0]!.answer!.signature = rounds[1]!.decryptions[0]!.answer!.signature))],
    ['one site that signed for two', ['decryptors'], () => edit('rounds.json', (rounds) => void (rounds[0]!.decryptions[1] = rounds[0]!.decryptions[0]!))],
    ['another aggregate than was opened', ['manifests', 'audit agreement'], () => edit('manifests.json', (manifests) => void (manifests[3]!.aggregateDigest = 'a'.repeat(64)))],
    ['another attempt', ['decryptors'], () => edit('rounds.json', (rounds) => void (rounds[3]!.attempt = 2))],
    ['a signature of one site only', ['decryptors'], () => edit('rounds.json', (rounds) => void (rounds[0]!.decryptions[0]!.answer = null))],
    ['another contribution in a lineage', ['lineage'], () => edit('model-versions.json', (versions) => void (versions[1]!.contributions[0]!.digest = 'a'.repeat(64)))],
    ['a lineage with a name of its own that hides who contributed', ['lineage'], () => {
      edit('model-versions.json', (versions) => void versions[1]!.contributions.pop());
      renameVersions();
    }],
    ['a version left out', ['lineage'], () => edit('model-versions.json', (versions) => void versions.splice(1, 1))],
    ['another sum, with the digests that go with it', ['decryptors', 'models'], () => edit('rounds.json', (rounds) => replaceSum(rounds[2]!, 'update'))],
    ['another model, with the names that go with it', ['models'], () => {
      edit('model-versions.json', (versions) => void (versions[1]!.weightsDigest = replacePayload('weights', versions[1]!.weightsDigest)));
      renameVersions();
    }],
    ['other initial weights', ['epochs', 'ground', 'models'], () => {
      edit('model-versions.json', (versions) => void (versions[0]!.weightsDigest = replacePayload('weights', versions[0]!.weightsDigest)));
      renameVersions();
    }],
    ['another state of the server optimiser', ['ground', 'models'], () => {
      edit('model-versions.json', (versions) => void (versions[1]!.optimiserStateDigest = replacePayload('optimiser-states', versions[1]!.optimiserStateDigest)));
      renameVersions();
    }],
    ['a sum under the name of another', ['models'], () => {
      const [first, second] = readdirSync(join(folder, 'sums'));
      renameSync(join(folder, 'sums', first!), join(folder, 'sums', second!));
    }],
    ['a missing model', ['models'], () => readdirSync(join(folder, 'weights')).forEach((name) => rmSync(join(folder, 'weights', name)))],
    ['better clipping ranges', ['run parameters'], () => edit('run.json', (run) => void (run.parameters.clippingRanges![0]! *= 2))],
    ['parameters that the decryptors did not sign', ['run parameters', 'decryptors'], () => edit('rounds.json', (rounds) => rounds[0]!.decryptions.forEach(({ answer }) => void (answer!.parametersHash = 'a'.repeat(64))))],
    ['a round on other ground', ['ground'], () => edit('rounds.json', (rounds) => void (rounds[3]!.baseVersion = rounds[2]!.baseVersion))],
    ['a better accuracy', ['evaluations'], () => edit('model-versions.json', (versions) => void (versions[2]!.evaluation!.accuracy = 1))],
    ['an evaluation left out', ['evaluations'], () => edit('model-versions.json', (versions) => void (versions[0]!.evaluation = null))],
    ['a smaller cell than the plan lets through', ['smallest cell', 'evaluations'], () =>
      edit('rounds.json', (rounds) => replaceSum(rounds.at(-1)!, 'statistics', (bytes) => bytes.writeUInt32LE(3, bytes.length - 8)))], // positives in the highest bin
    ['a changed audit event', ['audit chain'], () => edit('audit.json', ({ events }) => void (events[3]!.atMs += 1))],
    ['a removed audit event', ['audit chain'], () => edit('audit.json', ({ events }) => void events.splice(3, 1))],
    ['an audit log cut short', ['audit chain'], () => edit('audit.json', ({ events }) => void events.pop())],
    ['an audit log of another run', ['audit chain'], () => edit('audit.json', ({ events }) => void events.shift())],
    ['an audit log hashed anew', ['audit chain'], () => rewriteAudit()],
    ["an audit log hashed anew and signed with another key than the coordinator's", ['audit chain'], () => {
      rewriteAudit();
      edit('audit.json', (audit) => void (audit.head = auditHeadToResource(signAuditHead(audit.events.at(-1)!, audit.head.federation, 1, generateKeyPairSync('ed25519').privateKey))));
    }],
    ['another contribution than the log tells of', ['audit agreement'], () => edit('rounds.json', (rounds) => void (rounds[0]!.contributions[0]!.digest = 'a'.repeat(64)))],
    ['an opened result that the log does not tell of', ['audit agreement'], () => edit('rounds.json', (rounds) => void rounds[0]!.decryptions.push({ ...rounds[0]!.decryptions[0]!, site: 'south and north' }))],
  ];

  /** Changes the manifest of the second round's statistics and gives it the digest of what it says now. */
  function remanifest(change: (manifest: Writable<ManifestRecord>) => void): void {
    edit('manifests.json', (manifests) => {
      const manifest = manifests[1]!;
      change(manifest);
      const [epoch] = JSON.parse(readFileSync(join(folder, 'epochs.json'), 'utf8')) as EvidenceDocuments['epochs.json'];
      const { federation, study, planHash, run } = JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8')) as EvidenceDocuments['run.json'];
      const identity = { federation: federation.id, study, planHash, run, epoch: epoch!.number, rosterHash: epoch!.rosterHash, start: epoch!.start };
      manifest.digest = manifestDigest(identity, manifestOf(manifest));
    });
  }

  function rewriteAudit(): void {
    edit('audit.json', (audit) => {
      audit.events[3]!.atMs += 1;
      audit.head.hash = chain(audit.events);
    });
  }

  /** Hashes events anew, and returns the hash of the last one. */
  function chain(events: Writable<EvidenceDocuments['audit.json']>['events']): string {
    let previousHash = events[0]!.previousHash;
    for (const event of events) {
      event.previousHash = previousHash;
      event.hash = previousHash = auditEventHash(event);
    }
    return previousHash;
  }

  const forgedReceipts: [what: string, finding: RegExp, forge: () => void][] = [
    ['a receipt for a contribution left out', /^There is no receipt for the statistics part of \w+ for round small-study-1\.0\.$/, () => edit('receipts.json', (receipts) => void receipts.shift())],
    ['a receipt for opened sums left out', /^There is no receipt for what \w+ reported of the sums of round small-study-1\.4\.$/, () => edit('receipts.json', (receipts) => void receipts.pop())],
    ['a receipt for another line of a ledger', /is not signed by the coordinator/, () => edit('receipts.json', ([first]) => void (first!.sequence += 1))],
    ['receipts of two sites in each other\'s place', /is not signed by the coordinator/, () => edit('receipts.json', ([first, second]) => void ([first!.site, second!.site] = [second!.site, first!.site]))],
    ['a receipt twice', /^Two receipts are for the same\.$/, () => edit('receipts.json', (receipts) => void receipts.push(receipts[0]!))],
  ];
  for (const [what, finding, forge] of forgedReceipts) {
    it(`shows ${what}`, async () => {
      forge();
      expect(await failure('receipts')).to.match(finding);
    });
  }

  describe('whose coordinator signed its receipts and its log anew', () => {
    type Receipts = Writable<EvidenceDocuments['receipts.json']>;
    type Events = Writable<EvidenceDocuments['audit.json']>['events'];

    /** As the one that holds the coordinator's key can do it: everything is signed, and receipts name the log that there is now. */
    async function rewrite(change: (receipts: Receipts, events: Events) => void): Promise<void> {
      const { federation, signingKey } = await openCoordinatorFolder(written.api.folder);
      edit('audit.json', (audit) => edit('receipts.json', (receipts) => {
        change(receipts, audit.events);
        chain(audit.events);
        audit.head = auditHeadToResource(signAuditHead(audit.events.at(-1)!, federation.id, audit.head.signedAtMs, signingKey));
        for (const record of receipts) {
          record.auditHash = audit.events.find(({ sequence }) => sequence === record.auditSequence)?.hash ?? record.auditHash;
          record.signature = signStatement(signingKey, ledgerReceiptDomain, ledgerReceiptFields(federation.id, record.site, receiptOf(record))).toString('base64');
        }
      }));
    }
    /** Another line under which something left, in the receipt and in the log. */
    function moveTo(line: LedgerHead, receipt: Receipts[number], events: Events): void {
      const told = events.findLast(({ detail }) => detail.includes(receipt.hash))!;
      told.detail = JSON.stringify({ ...JSON.parse(told.detail), ledger: line });
      Object.assign(receipt, line);
    }
    const ofMercy = (receipts: Receipts) => receipts.filter(({ site }) => site === 'mercy') as [Receipts[number], Receipts[number]];

    it('and changed nothing passes every check', async () => {
      await rewrite(() => undefined);
      expect(await failedChecks()).to.deep.equal([]);
    });

    const forgeries: [what: string, finding: RegExp, change: (receipts: Receipts, events: Events) => void][] = [
      ['a receipt for another line than the log tells of', /names another line of the ledger than the log does/, ([first]) => void (first!.sequence += 1)],
      ['receipts of two sites in each other\'s place', /names another line of the ledger than the log does/, ([first, second]) => void ([first!.hash, second!.hash] = [second!.hash, first!.hash])],
      ['a receipt that names an event of a later log', /names event 99999 of the log, which is not there/, ([first]) => void (first!.auditSequence = 99_999)],
      ['a receipt from before the log told of it', /names a log that does not tell of it yet/, ([first], [start]) => void (first!.auditSequence = start!.sequence)],
      ['two lines with one number', /names another line 1 of the ledger than an earlier receipt/, (receipts, events) => moveTo({ sequence: 1, hash: 'a'.repeat(64) }, ofMercy(receipts)[1], events)],
      ['one line for two departures', /names line 1 of the ledger, and an earlier receipt line 1/, (receipts, events) => moveTo({ sequence: 1, hash: ofMercy(receipts)[0].hash }, ofMercy(receipts)[1], events)],
      ['a ledger that went back', /names line 2 of the ledger, and an earlier receipt line 9/, (receipts, events) => moveTo({ sequence: 9, hash: 'a'.repeat(64) }, ofMercy(receipts)[0], events)],
      ['a receipt for nothing', /^The receipt for the update part of west for round small-study-1\.2 is for nothing that counts in the run\.$/, (receipts) => void receipts.push({ ...receipts[0]!, round: 'small-study-1.2', site: 'west', what: 'update' })],
      ['a log that names no line', /^The log does not tell under which line of a ledger the statistics part of mercy for round small-study-1\.0 left\.$/, (receipts, events) => {
        const told = events.find(({ detail }) => detail.includes(ofMercy(receipts)[0].hash))!;
        told.detail = JSON.stringify({ ...JSON.parse(told.detail), ledger: undefined });
      }],
    ];
    for (const [what, finding, change] of forgeries) {
      it(`shows ${what}`, async () => {
        await rewrite(change);
        expect(await failedChecks()).to.deep.equal(['receipts']);
        expect(await failure('receipts')).to.match(finding);
      });
    }
  });

  it('shows an audit log that is another one than the sites were told of', async () => {
    edit('audit.json', ({ events }) => {
      const { auditSequence } = (JSON.parse(readFileSync(join(folder, 'receipts.json'), 'utf8')) as EvidenceDocuments['receipts.json'])[0]!;
      events.find(({ sequence }) => sequence === auditSequence)!.hash = 'a'.repeat(64);
    });
    expect(await failure('receipts')).to.match(/names another event \d+ than is in the log\.$/);
    expect(await failedChecks()).to.include('audit chain');
  });

  for (const [what, fails, forge] of forgeries) {
    it(`shows ${what}`, async () => {
      forge();
      expect(await failedChecks()).to.include.members(fails);
    });
  }

  it('knows that a hospital may take its approval back after the run has begun', async () => {
    decide('mercy', true, 'withdrawn', 1);
    expect(await failedChecks()).to.deep.equal([]);
  });

  it('knows that the contributions of a site that lost its place are taken back', async () => {
    const accepted = { actor: 'site west', action: 'contribution accepted', subject: `${written.run}.0`, detail: JSON.stringify({ part: 'statistics', digest: 'b'.repeat(64), bytes: 1 }) };
    const dropped = { actor: 'coordinator', action: 'contribution dropped', subject: `${written.run}.0`, detail: JSON.stringify({ site: 'west', contributions: [{ part: 'statistics', digest: 'b'.repeat(64) }] }) };
    edit('audit.json', ({ events }) => void events.push({ ...events[0]!, ...accepted }));
    expect(await failedChecks()).to.include('audit agreement');
    edit('audit.json', ({ events }) => void events.push({ ...events[0]!, ...dropped }));
    expect(await failedChecks()).not.to.include('audit agreement');
  });

  it('is checked to the end whatever it holds', async () => {
    edit('audit.json', ({ events }) => void (events[2]!.detail = 'null'));
    const [sum] = readdirSync(join(folder, 'sums'));
    writeFileSync(join(folder, 'sums', sum!), 'x');
    const results = await checkEvidence(await Evidence.open(folder));
    expect(results).to.have.length(evidenceChecks.length);
    for (const { passed, finding } of results) expect(finding, String(passed)).to.match(/\S/);
  });
});

describe('the evidence of a run whose roster changed', () => {
  let written: RunEvidence;
  before(async () => {
    written = await writeRunEvidence({ joining: 'west' });
  });
  after(() => written[Symbol.asyncDispose]());

  it('holds both epochs and both rosters, and passes every check', async () => {
    const evidence = await Evidence.open(written.folder);
    const { 'epochs.json': epochs, 'rosters.json': rosters } = evidence.documents;
    expect([epochs.length, rosters.map(({ members }) => members.length)]).to.deep.equal([2, [3, 4]]);
    const results = await checkEvidence(evidence);
    expect(results.filter(({ passed }) => !passed)).to.deep.equal([]);
  });

  const forgeries: [what: string, change: (epoch: Writable<EvidenceDocuments['epochs.json'][number]>) => void][] = [
    ['signatures of too few members', (epoch) => void epoch.closing!.signatures.splice(1)],
    ['another place than where the next one begins', (epoch) => void (epoch.closing!.next.round += 1)],
    ['no statement about its end', (epoch) => void (epoch.closing = null)],
  ];
  for (const [what, change] of forgeries) {
    it(`shows an epoch that was closed with ${what}`, async () => {
      const file = join(written.folder, 'epochs.json');
      const text = readFileSync(file, 'utf8');
      const epochs = JSON.parse(text);
      change(epochs[0]);
      writeFileSync(file, JSON.stringify(epochs));
      const results = await checkEvidence(await Evidence.open(written.folder));
      writeFileSync(file, text);
      expect(results.filter(({ passed }) => !passed).map(({ name }) => name)).to.include('epochs');
    });
  }
});
