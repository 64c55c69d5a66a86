import type { Clock } from '../../shared/clock.ts';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import { epochClosingDomain, epochClosingFields } from '../../shared/statements/epoch-closing.ts';
import { epochKeyDomain, epochKeyFields, sealedBoxDomain, sealedBoxFields, type SealedBox } from '../../shared/statements/run-statements.ts';
import { equalBytes } from '../../shared/statements/digest.ts';
import { verifyStatement } from '../../shared/statements/signature.ts';
import { identityOf, membershipOf, type Membership } from '../runs/membership.ts';
import type { RunContexts } from '../runs/run-context.ts';
import type { RunTables } from '../runs/run-tables.ts';
import type { UnitOfWork } from '../unit-of-work.ts';
import type { EpochKeyOffer } from './epoch.ts';

/** Relays epoch keys and sealed boxes between members. Signatures are checked so that a damaged message is found here. */
export class GroupKeys {
  readonly #store: UnitOfWork<RunTables>;
  readonly #contexts: RunContexts;
  readonly #federation: string;
  readonly #clock: Clock;

  constructor(parts: { store: UnitOfWork<RunTables>; contexts: RunContexts; federation: string; clock: Clock }) {
    this.#store = parts.store;
    this.#contexts = parts.contexts;
    this.#federation = parts.federation;
    this.#clock = parts.clock;
  }

  /** @throws epoch-mismatch, signature-invalid, group-key-refused when the member offered another key before */
  async offerEpochKey(site: string, runId: string, epochNumber: number, offer: Omit<EpochKeyOffer, 'offeredAtMs'>): Promise<void> {
    const membership = await this.#membership(site, runId, epochNumber);
    const identity = identityOf(this.#federation, await this.#contexts.of(membership.run.study), membership);
    if (!verifyStatement(membership.member.signingKey, epochKeyDomain, epochKeyFields(identity, site, offer.publicKey), offer.signature)) {
      throw new ConsiliumError('signature-invalid', 'It is the one over the epoch key.');
    }
    const known = membership.member.offer;
    if (known && equalBytes(known.publicKey, offer.publicKey)) return;
    if (known) throw new ConsiliumError('group-key-refused', 'The site offered another epoch key before.');
    const atMs = this.#clock.nowMs();
    await this.#store.transaction(async ({ epochs, audit }) => {
      await epochs.setOffer(epochNumber, site, { ...offer, offeredAtMs: atMs });
      await audit.append({ atMs, actor: `site ${site}`, action: 'epoch key offered', subject: runId, detail: { epoch: epochNumber } });
    });
  }

  /**
   * Boxes for other members, some at a time: each is as large as the key. The custodian has done its part once there is one for everybody;
   * the first box for a member stays.
   *
   * @throws epoch-mismatch, not-a-member, signature-invalid, group-key-refused when a box is for nobody of the epoch or another key was deposited
   */
  async deposit(site: string, runId: string, epochNumber: number, groupKeyHash: string, boxes: readonly SealedBox[]): Promise<void> {
    const membership = await this.#membership(site, runId, epochNumber);
    const { epoch, members } = membership;
    if (epoch.custodian !== site) throw new ConsiliumError('not-a-member', 'Another member is the custodian of this epoch.');
    if (epoch.groupKeyHash !== '' && epoch.groupKeyHash !== groupKeyHash) throw new ConsiliumError('group-key-refused', 'Another key was deposited for this epoch.');
    const others = members.filter((member) => member.site !== site);
    if (!boxes.every(({ recipient }) => others.some((member) => member.site === recipient))) throw new ConsiliumError('group-key-refused', 'A box is not for another member of the epoch.');
    const identity = identityOf(this.#federation, await this.#contexts.of(membership.run.study), membership);
    for (const box of boxes) {
      const fields = sealedBoxFields(identity, { ...box, custodian: site, groupKeyHash });
      if (!verifyStatement(membership.member.signingKey, sealedBoxDomain, fields, box.signature)) throw new ConsiliumError('signature-invalid', 'It is the one over a sealed box.');
    }
    await this.#store.transaction(async ({ epochs, audit }) => {
      const known = await epochs.members(epochNumber);
      const waiting = known.filter((member) => member.site !== site && !member.hasBox).map((member) => member.site);
      const first = [...new Map(boxes.map((box) => [box.recipient, box])).values()].filter(({ recipient }) => waiting.includes(recipient));
      await epochs.setGroupKey(epochNumber, groupKeyHash, first);
      if (first.length < waiting.length || known.some((member) => member.site === site && member.confirmedAtMs !== null)) return;
      await epochs.setConfirmed(epochNumber, site, this.#clock.nowMs());
      await audit.append({ atMs: this.#clock.nowMs(), actor: `site ${site}`, action: 'group key deposited', subject: runId, detail: { epoch: epochNumber, groupKeyHash } });
    });
  }

  /** @throws epoch-mismatch, group-key-refused when the hash is not the deposited key's */
  async confirm(site: string, runId: string, epochNumber: number, groupKeyHash: string): Promise<void> {
    const { epoch, member } = await this.#membership(site, runId, epochNumber);
    if (epoch.groupKeyHash === '' || epoch.groupKeyHash !== groupKeyHash) throw new ConsiliumError('group-key-refused', 'The site opened another key than was deposited.');
    if (member.confirmedAtMs !== null) return;
    await this.#store.transaction(async ({ epochs, audit }) => {
      await epochs.setConfirmed(epochNumber, site, this.#clock.nowMs());
      await audit.append({ atMs: this.#clock.nowMs(), actor: `site ${site}`, action: 'group key opened', subject: runId, detail: { epoch: epochNumber } });
    });
  }

  /** Keeps a member's signature over how its epoch ends. @throws epoch-mismatch, not-found when it is not to end, signature-invalid */
  async closeEpoch(site: string, runId: string, epochNumber: number, signature: Uint8Array): Promise<void> {
    const membership = await this.#membership(site, runId, epochNumber);
    const closing = await this.#store.read.epochs.closing(epochNumber);
    if (!closing) throw new ConsiliumError('not-found', `Epoch ${epochNumber} is not to end.`);
    const identity = identityOf(this.#federation, await this.#contexts.of(membership.run.study), membership);
    if (!verifyStatement(membership.member.signingKey, epochClosingDomain, epochClosingFields(identity, closing), signature)) {
      throw new ConsiliumError('signature-invalid', 'It is the one over the end of the epoch.');
    }
    if (closing.signatures.some((known) => known.site === site)) return;
    await this.#store.transaction(async ({ epochs, audit }) => {
      await epochs.signClosing(epochNumber, { site, signature });
      await audit.append({ atMs: this.#clock.nowMs(), actor: `site ${site}`, action: 'epoch end signed', subject: runId, detail: { epoch: epochNumber } });
    });
  }

  async #membership(site: string, runId: string, epochNumber: number): Promise<Membership> {
    const membership = await membershipOf(this.#store.read, runId, site);
    if (membership.epoch.number !== epochNumber) throw new ConsiliumError('epoch-mismatch', `The run's epoch is ${membership.epoch.number}.`);
    return membership;
  }
}
