import { generateKeyPairSync, randomBytes, type KeyObject } from 'node:crypto';
import { firstEpochStart } from '../../shared/statements/epoch-start.ts';
import { layoutFingerprint, type Part } from '../../shared/layouts/vector-layout.ts';
import type { Manifest } from '../../shared/statements/manifest.ts';
import { versionDigest } from '../../shared/statements/model-lineage.ts';
import { rosterHash, signRoster, type SignedRoster } from '../../shared/statements/roster.ts';
import { roundOutcomeDomain, roundOutcomeFields } from '../../shared/statements/round-outcome.ts';
import { rawPublicKey, signStatement } from '../../shared/statements/signature.ts';
import { sha256Hex } from '../../shared/statements/digest.ts';
import { roundLayouts } from '../../shared/studies/round-layouts.ts';
import { roundSchedule } from '../../shared/studies/round-purpose.ts';
import { runParametersHash, type RunParameters } from '../../shared/studies/run-parameters.ts';
import { silentLogger } from '../../shared/logs/logger.ts';
import type { BaseVersion, RoundGround, SignedOutcome } from '../../site-agent/assignments/assignment.ts';
import { RunSession } from '../../site-agent/runs/run-session.ts';
import type { PinnedEpoch } from '../../site-agent/runs/site-runs.ts';
import { smallPlan, type PlanJson } from './small-study.ts';

/** A run as its sites see it, with the members' signing keys, to make right and wrong rounds of. */
export class SeenRun {
  readonly session: RunSession;
  readonly pinned: PinnedEpoch;
  readonly keys: ReadonlyMap<string, KeyObject>;
  readonly initial: BaseVersion;
  readonly #leadKey = generateKeyPairSync('ed25519').privateKey;

  private constructor(session: RunSession, sites: readonly string[]) {
    this.session = session;
    this.keys = new Map(sites.map((site) => [site, generateKeyPairSync('ed25519').privateKey]));
    const lineage = { number: 0, parent: '', round: '', contributions: [], sumDigest: '', weightsDigest: sha256Hex('initial'), optimiserStateDigest: '' };
    this.initial = { ...lineage, digest: versionDigest({ ...lineage, run: 'small-study-1', planHash: 'plan' }) };
    this.pinned = {
      federation: 'federation',
      study: 'small-study',
      planHash: 'plan',
      run: 'small-study-1',
      epoch: 4,
      rosterHash: sha256Hex('roster'),
      custodian: sites[0] as string,
      start: firstEpochStart(this.initial.digest),
      roster: signRoster(
        { federation: 'federation', study: 'small-study', planHash: 'plan', version: 1, previousHash: '', members: [...this.keys].map(([site, key]) => ({ site, signingKey: rawPublicKey(key) })) },
        this.#leadKey,
      ),
    };
  }

  static async of(sites: readonly string[], folder: string, plan: PlanJson = smallPlan()): Promise<SeenRun> {
    return new SeenRun(await RunSession.open(Buffer.from(JSON.stringify(plan)), folder, { folder, dataSets: {}, engine: 'cpu', log: silentLogger }), sites);
  }

  /** The roster after the pinned one, with one member more. */
  nextRoster(leadKey: KeyObject = this.#leadKey): SignedRoster {
    const { roster } = this.pinned;
    const members = [...roster.members, { site: 'west', signingKey: rawPublicKey(generateKeyPairSync('ed25519').privateKey) }];
    return signRoster({ ...roster, version: roster.version + 1, previousHash: rosterHash(roster), members }, leadKey);
  }

  /** The round with this number, standing on `base`, which two members signed. */
  ground(number: number, { base = this.initial, parameters = {}, signers = [...this.keys.keys()].slice(0, 2) }: { base?: BaseVersion; parameters?: RunParameters; signers?: readonly string[] } = {}): RoundGround {
    const purpose = roundSchedule(this.session.plan)[number]!;
    const outcome = number === 0 ? undefined : this.outcome(number - 1, base, parameters, signers);
    return { run: this.pinned.run, round: `${this.pinned.run}.${number}`, number, attempt: 1, purpose, epoch: this.pinned.epoch, base, parameters, outcome };
  }

  outcome(number: number, base: BaseVersion, parameters: RunParameters, signers: readonly string[]): SignedOutcome {
    const outcome = { round: `${this.pinned.run}.${number}`, attempt: 1, parts: [], version: base.digest, parametersHash: runParametersHash(parameters) };
    const fields = roundOutcomeFields(this.pinned, outcome);
    return { ...outcome, signatures: signers.map((site) => ({ site, signature: signStatement(this.keys.get(site)!, roundOutcomeDomain, fields) })) };
  }

  /** A model version that follows from the initial weights. */
  version(number: number, seed = String(number)): BaseVersion {
    const lineage = { number, parent: sha256Hex('parent'), round: `${this.pinned.run}.${number}`, contributions: [], sumDigest: sha256Hex(seed), weightsDigest: sha256Hex(`weights ${seed}`), optimiserStateDigest: '' };
    return { ...lineage, digest: versionDigest({ ...lineage, run: this.pinned.run, planHash: this.pinned.planHash }) };
  }

  manifest(ground: RoundGround, part: Part, sites: readonly string[] = [...this.keys.keys()], changes: Partial<Manifest> = {}): Manifest {
    const layout = roundLayouts(this.session.plan, this.session.tensors, ground.purpose, ground.parameters).get(part);
    return {
      round: ground.round,
      attempt: ground.attempt,
      purpose: ground.purpose,
      part,
      layoutFingerprint: layout ? layoutFingerprint(layout) : '',
      parametersHash: runParametersHash(ground.parameters),
      base: ground.base.digest,
      contributions: sites.map((site) => ({ site, digest: sha256Hex(`${site} ${ground.round} ${part}`), nonce: randomBytes(16), tag: randomBytes(8) })),
      aggregateDigest: sha256Hex(`${ground.round} ${part}`),
      previous: '',
      ...changes,
    };
  }
}
