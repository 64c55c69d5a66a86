import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import type { Part } from '../../shared/layouts/vector-layout.ts';
import type { DecryptionReceiptInput } from '../../shared/wire/generated/consilium/v1/DecryptionReceipt.ts';
import type { DecryptionReport } from '../../shared/wire/generated/consilium/v1/DecryptionReport.ts';
import type { DecryptionsHandlers } from '../../shared/wire/generated/consilium/v1/Decryptions.ts';
import type { PayloadChunkInput } from '../../shared/wire/generated/consilium/v1/PayloadChunk.ts';
import type { SumRequest } from '../../shared/wire/generated/consilium/v1/SumRequest.ts';
import { runIdOf } from '../../shared/studies/round-number.ts';
import { partFromWire } from '../../shared/wire/round-names.ts';
import type { Decryptions } from '../decryptions/decryptions.ts';
import type { RunConductor } from '../runs/run-conductor.ts';
import type { Site } from '../sites/site.ts';
import type { Transfers } from '../transfers/transfers.ts';
import type { Adapter } from './adapter.ts';
import { ledgerHeadFromWire, wireReceipt } from './ledger-handlers.ts';
import { firstAndRest } from './streams.ts';

export function decryptionHandlers(adapter: Adapter<Site>, decryptions: Decryptions, transfers: Transfers, conductor: Pick<RunConductor, 'wake'>): DecryptionsHandlers {
  return {
    DownloadSum: adapter.serverStream(async function* (site, { round, part }: SumRequest, { about }): AsyncGenerator<PayloadChunkInput> {
      about(round);
      for await (const bytes of transfers.down(site.name, runIdOf(round), decryptions.sum(site.name, round, partFromWire(part)))) yield { bytes };
    }),

    Report: adapter.clientStream(async (site, messages: AsyncIterable<DecryptionReport>, { about }): Promise<DecryptionReceiptInput> => {
      const { first, rest } = await firstAndRest(messages);
      if (!first.result) throw new ConsiliumError('invalid-request', 'The first message has to be the result.');
      about(first.result.round);
      const { parts, ledgerHead, ...result } = first.result;
      const sumDigests = Object.fromEntries(parts.map(({ part, sumDigest }) => [partFromWire(part), sumDigest]));
      const laneSums = new LaneSumReader(rest);
      const receipt = await decryptions.report(site.name, { ...result, sumDigests, ledgerHead: ledgerHeadFromWire(ledgerHead) }, (part) => laneSums.read(part));
      conductor.wake(runIdOf(result.round));
      return { ledger: wireReceipt(receipt) };
    }),
  };
}

/** Lane sums come part after part; each reader takes the messages of its own part. */
class LaneSumReader {
  readonly #messages: AsyncIterator<DecryptionReport>;
  #pending: IteratorResult<DecryptionReport> | undefined;

  constructor(messages: AsyncIterator<DecryptionReport>) {
    this.#messages = messages;
  }

  async *read(part: Part): AsyncGenerator<Uint8Array> {
    for (;;) {
      this.#pending ??= await this.#messages.next();
      const laneSums = this.#pending.done ? undefined : this.#pending.value.laneSums;
      if (!laneSums || partFromWire(laneSums.part) !== part) return;
      this.#pending = undefined;
      yield laneSums.bytes;
    }
  }
}
