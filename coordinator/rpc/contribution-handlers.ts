import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import type { ContributionChunk } from '../../shared/wire/generated/consilium/v1/ContributionChunk.ts';
import type { ContributionReceiptInput } from '../../shared/wire/generated/consilium/v1/ContributionReceipt.ts';
import type { ContributionReference } from '../../shared/wire/generated/consilium/v1/ContributionReference.ts';
import type { ContributionsHandlers } from '../../shared/wire/generated/consilium/v1/Contributions.ts';
import { partFromWire } from '../../shared/wire/round-names.ts';
import type { Contributions } from '../contributions/contributions.ts';
import type { RunConductor } from '../runs/run-conductor.ts';
import type { Site } from '../sites/site.ts';
import type { Adapter } from './adapter.ts';
import { ledgerHeadFromWire, wireReceipt } from './ledger-handlers.ts';
import { firstAndRest } from './streams.ts';

export function contributionHandlers(adapter: Adapter<Site>, contributions: Pick<Contributions, 'held' | 'receive'>, conductor: Pick<RunConductor, 'wake'>): ContributionsHandlers {
  return {
    Held: adapter.unary(async (site, reference: ContributionReference, { about }) => {
      about(reference.round);
      return { bytes: await contributions.held(site.name, { ...reference, part: partFromWire(reference.part) }) };
    }),

    Upload: adapter.clientStream(async (site, messages: AsyncIterable<ContributionChunk>, { about }): Promise<ContributionReceiptInput> => {
      const { first, rest } = await firstAndRest(messages);
      if (!first.header) throw new ConsiliumError('invalid-request', 'The first message has to be the header.');
      about(first.header.round);
      const header = { ...first.header, part: partFromWire(first.header.part), ledgerHead: ledgerHeadFromWire(first.header.ledgerHead) };
      const receipt = await contributions.receive(site.name, header, ciphertexts(rest));
      conductor.wake(header.run);
      return { digest: header.digest, ledger: wireReceipt(receipt) };
    }),
  };
}

async function* ciphertexts(rest: AsyncIterator<ContributionChunk>): AsyncGenerator<Uint8Array> {
  for (let next = await rest.next(); !next.done; next = await rest.next()) {
    if (!next.value.ciphertexts) throw new ConsiliumError('invalid-request', 'Only ciphertexts follow the header.');
    yield next.value.ciphertexts;
  }
}
