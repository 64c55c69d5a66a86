import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { rawPublicKey } from '../../shared/statements/signature.ts';
import { rosterHash, signRoster, type RosterMember, type SignedRoster } from '../../shared/statements/roster.ts';
import { checkPlan, type CheckedPlan } from '../../shared/studies/checked-plan.ts';
import type { ProposedStudy } from '../../site-agent/consent/study-limits.ts';
import { smallPlan, type PlanJson } from './small-study.ts';

/** A data-science team with its lead key, and hospitals with theirs. */
export class StudyMakers {
  readonly federation = '11111111-2222-4333-8444-555555555555';
  readonly leadKey: KeyObject = generateKeyPairSync('ed25519').privateKey;
  readonly #keys = new Map<string, KeyObject>();

  signingKey(site: string): KeyObject {
    const key = this.#keys.get(site) ?? generateKeyPairSync('ed25519').privateKey;
    this.#keys.set(site, key);
    return key;
  }

  member(site: string): RosterMember {
    return { site, signingKey: rawPublicKey(this.signingKey(site)) };
  }

  /** A plan and its first roster, or the one that follows `previous`. */
  async study(sites: readonly string[], plan: PlanJson = smallPlan(), previous?: SignedRoster): Promise<ProposedStudy & CheckedPlan & { planJson: Buffer; rosterHash: string }> {
    const planJson = Buffer.from(JSON.stringify(plan));
    const checked = await checkPlan(planJson);
    const roster = signRoster(
      {
        federation: this.federation,
        study: plan.study,
        planHash: checked.planHash,
        version: (previous?.version ?? 0) + 1,
        members: sites.map((site) => this.member(site)),
        previousHash: previous ? rosterHash(previous) : '',
      },
      this.leadKey,
    );
    return { ...checked, roster, planJson, rosterHash: rosterHash(roster) };
  }
}
