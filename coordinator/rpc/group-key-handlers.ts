import type { EpochClosingSignature } from '../../shared/wire/generated/consilium/v1/EpochClosingSignature.ts';
import type { EpochKeyOffer } from '../../shared/wire/generated/consilium/v1/EpochKeyOffer.ts';
import type { GroupKeyConfirmation } from '../../shared/wire/generated/consilium/v1/GroupKeyConfirmation.ts';
import type { GroupKeyDeposit } from '../../shared/wire/generated/consilium/v1/GroupKeyDeposit.ts';
import type { GroupKeysHandlers } from '../../shared/wire/generated/consilium/v1/GroupKeys.ts';
import type { GroupKeys } from '../group-keys/group-keys.ts';
import type { RunConductor } from '../runs/run-conductor.ts';
import type { Site } from '../sites/site.ts';
import type { Adapter } from './adapter.ts';

export function groupKeyHandlers(adapter: Adapter<Site>, groupKeys: GroupKeys, conductor: Pick<RunConductor, 'wake'>): GroupKeysHandlers {
  return {
    OfferEpochKey: adapter.unary(async (site, { run, epoch, publicKey, signature }: EpochKeyOffer, { about }) => {
      about(run);
      await groupKeys.offerEpochKey(site.name, run, epoch, { publicKey, signature });
      conductor.wake(run);
      return {};
    }),

    DepositGroupKey: adapter.unary(async (site, { run, epoch, groupKeyHash, boxes }: GroupKeyDeposit, { about }) => {
      about(run);
      await groupKeys.deposit(site.name, run, epoch, groupKeyHash, boxes);
      conductor.wake(run);
      return {};
    }),

    CloseEpoch: adapter.unary(async (site, { run, epoch, signature }: EpochClosingSignature, { about }) => {
      about(run);
      await groupKeys.closeEpoch(site.name, run, epoch, signature);
      conductor.wake(run);
      return {};
    }),

    ConfirmGroupKey: adapter.unary(async (site, { run, epoch, groupKeyHash }: GroupKeyConfirmation, { about }) => {
      about(run);
      await groupKeys.confirm(site.name, run, epoch, groupKeyHash);
      conductor.wake(run);
      return {};
    }),
  };
}
