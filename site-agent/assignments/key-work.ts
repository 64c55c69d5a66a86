import type { KeyObject } from 'node:crypto';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import { epochKeyDomain, epochKeyFields, sealedBoxDomain, sealedBoxFields } from '../../shared/statements/run-statements.ts';
import { signStatement, verifyStatement } from '../../shared/statements/signature.ts';
import type { KeyRing } from '../encryption/key-ring.ts';
import type { CoordinatorLink } from '../link/coordinator-link.ts';
import type { Assignment, EpochRoster } from './assignment.ts';

/** Who this site is, and what it needs to make and share keys. */
export interface KeyTools {
  readonly site: string;
  readonly signingKey: KeyObject;
  readonly keys: KeyRing;
  readonly link: CoordinatorLink;
  readonly signal: AbortSignal;
}

type OfKind<Kind extends Assignment['kind']> = Extract<Assignment, { kind: Kind }>;

/** Makes this site's key for the epoch and offers it, signed. @throws epoch-not-growing, epoch-too-far */
export async function offerEpochKey({ epoch }: OfKind<'epoch-key'>, { site, signingKey, keys, link, signal }: KeyTools): Promise<void> {
  const publicKey = await keys.epochPublicKey(epoch);
  const signature = signStatement(signingKey, epochKeyDomain, epochKeyFields(epoch, site, publicKey));
  await link.offerEpochKey(epoch.run, epoch.epoch, publicKey, signature, signal);
}

/**
 * As the custodian: makes the group key and seals it to every other member's epoch key.
 * @throws not-a-member when this site is not the custodian or the keys are not exactly the roster's; signature-invalid when
 *   one is not signed by the member it is for
 */
export async function makeGroupKey({ epoch, keys: memberKeys }: OfKind<'group-key'>, { site, signingKey, keys, link, signal }: KeyTools): Promise<void> {
  if (epoch.custodian !== site) throw new ConsiliumError('not-a-member', 'Another member is the custodian of this epoch.');
  const offered = new Set(memberKeys.map((key) => key.site));
  if (offered.size !== memberKeys.length || offered.size !== epoch.roster.members.length) throw new ConsiliumError('not-a-member', 'There is not one epoch key for each member.');
  for (const { site: member, publicKey, signature } of memberKeys) {
    if (!verifyStatement(signingKeyOf(epoch, member), epochKeyDomain, epochKeyFields(epoch, member, publicKey), signature)) {
      throw new ConsiliumError('signature-invalid', `It is ${member}'s over its epoch key.`);
    }
  }
  const { groupKeyHash, boxes } = await keys.makeGroupKey(epoch, site, memberKeys.filter((key) => key.site !== site));
  const signed = boxes.map((box) => ({
    ...box,
    signature: signStatement(signingKey, sealedBoxDomain, sealedBoxFields(epoch, { ...box, custodian: site, groupKeyHash })),
  }));
  await link.depositGroupKey(epoch.run, epoch.epoch, groupKeyHash, signed, signal);
}

/** Opens the box that the custodian sealed to this site. @throws signature-invalid, group-key-refused */
export async function openGroupKey({ epoch, groupKeyHash, box }: OfKind<'sealed-group-key'>, { site, keys, link, signal }: KeyTools): Promise<void> {
  const fields = sealedBoxFields(epoch, { ...box, custodian: epoch.custodian, groupKeyHash });
  if (box.recipient !== site || !verifyStatement(signingKeyOf(epoch, epoch.custodian), sealedBoxDomain, fields, box.signature)) {
    throw new ConsiliumError('signature-invalid', 'It is the custodian\'s over the sealed group key.');
  }
  await keys.openGroupKey(epoch, epoch.custodian, site, groupKeyHash, box);
  await link.confirmGroupKey(epoch.run, epoch.epoch, groupKeyHash, signal);
}

function signingKeyOf(epoch: EpochRoster, site: string): Uint8Array {
  const member = epoch.roster.members.find((candidate) => candidate.site === site);
  if (!member) throw new ConsiliumError('not-a-member', `${site} is not on the roster of epoch ${epoch.epoch}.`);
  return member.signingKey;
}
