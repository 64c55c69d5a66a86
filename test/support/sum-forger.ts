import { once, EventEmitter } from 'node:events';
import { readFile } from 'node:fs/promises';
import { sha256Hex } from '../../shared/statements/digest.ts';
import type { Manifest } from '../../shared/wire/generated/consilium/v1/Manifest.ts';
import type { RoundGround } from '../../shared/wire/generated/consilium/v1/RoundGround.ts';
import { services } from '../../shared/wire/services.ts';
import { patience } from './patience.ts';
import type { ProgramFederation } from './program-federation.ts';
import { payloadFile } from './sum-witness.ts';

/** The manifest of a sum that a site is asked to sign. */
export interface AskedSum {
  readonly site: string;
  readonly run: string;
  readonly manifest: Manifest;
}

export interface Forgery {
  readonly ciphertexts: Buffer;
  /** Where the manifest has to name others than it does. */
  readonly contributions?: Manifest['contributions'];
}

interface Shown {
  readonly ground: RoundGround;
  readonly honest: readonly Manifest[];
  readonly manifests: readonly Manifest[];
  readonly ciphertexts: ReadonlyMap<string, Buffer>;
  /** By part; empty until the site has signed. */
  signatures: ReadonlyMap<string, Buffer>;
}

/**
 * A coordinator that goes on by itself once a round is summed: it shows sites manifests of ciphertexts that it chose, collects
 * their signatures, asks for the decryption, and keeps the answers. The real coordinator hears only refusals.
 */
export class SumForger implements Disposable {
  readonly #federation: ProgramFederation;
  readonly #shown = new Map<string, Shown>();
  readonly #hooks = new DisposableStack();
  readonly #signed = new EventEmitter();
  #asked = 0;

  /** @param forge gives nothing where the sum is to stay as it is; a round of which every sum stays is left to the real coordinator */
  constructor(federation: ProgramFederation, forge: (asked: AskedSum) => Promise<Forgery | undefined>) {
    this.#federation = federation;
    const { cheater } = federation;
    const shown = this.#shown;
    this.#hooks.use(
      cheater.replies(services.siteLink.Watch, async function* (assignments, { site }) {
        for await (const work of assignments) {
          const ground = work.coSignature?.ground;
          if (!work.coSignature || !ground) {
            yield work;
            continue;
          }
          const ciphertexts = new Map<string, Buffer>();
          const manifests: Manifest[] = [];
          for (const manifest of work.coSignature.manifests) {
            const forgery = await forge({ site, run: ground.run, manifest });
            if (forgery) ciphertexts.set(manifest.part, forgery.ciphertexts);
            manifests.push(forgery ? { ...manifest, aggregateDigest: sha256Hex(forgery.ciphertexts), contributions: forgery.contributions ?? manifest.contributions } : manifest);
          }
          if (ciphertexts.size > 0) shown.set(site, { ground, honest: work.coSignature.manifests, manifests, ciphertexts, signatures: new Map() });
          yield { ...work, coSignature: { ground, manifests } };
        }
      }),
    );
    const signed = this.#signed;
    this.#hooks.use(
      cheater.answers(services.manifests.CoSign, async function* (requests, { site }, forward) {
        const present = shown.get(site);
        if (!present) return yield* forward(requests);
        for await (const { signatures } of requests) present.signatures = new Map(signatures.map(({ part, signature }) => [part, signature]));
        signed.emit('signed');
        yield {};
      }),
    );
    this.#hooks.use(
      cheater.answers(services.decryptions.DownloadSum, async function* (requests, { site }, forward) {
        for await (const request of requests) {
          const bytes = shown.get(site)?.ciphertexts.get(request.part);
          if (bytes) yield { bytes };
          else yield* forward(one(request));
        }
      }),
    );
    this.#hooks.use(
      cheater.answers(services.decryptions.Report, async function* (requests, { site }, forward) {
        if (!shown.has(site)) return yield* forward(requests);
        const [first] = await Array.fromAsync(requests); // what the cheater wanted
        yield { ledger: cheater.countersign(site, first!.result!.ledgerHead!) };
      }),
    );
  }

  /** Waits until so many sites have signed what they were shown. */
  async signatures(count: number): Promise<void> {
    const signal = patience();
    while ([...this.#shown.values()].filter(({ signatures }) => signatures.size > 0).length < count) await once(this.#signed, 'signed', { signal });
  }

  /** Asks a site to open what it was shown, with the signatures of all who signed the same; or the honest sums, with none. */
  async ask(site: string, sums: 'forged' | 'honest' = 'forged'): Promise<void> {
    const present = this.#shown.get(site);
    if (!present) throw new Error(`${site} was shown nothing.`);
    const { ground, honest, manifests } = present;
    const signaturesFor = (manifest: Manifest) =>
      [...this.#shown].flatMap(([signer, { manifests: theirs, signatures }]) => {
        const signature = signatures.get(manifest.part);
        return signature && theirs.some(({ aggregateDigest }) => aggregateDigest === manifest.aggregateDigest) ? [{ site: signer, signature }] : [];
      });
    const asked = sums === 'forged' ? manifests.map((manifest) => ({ manifest, signatures: signaturesFor(manifest) })) : honest.map((manifest) => ({ manifest, signatures: [] }));
    await this.#federation.cheater.assign(site, { id: `decrypt ${ground.round}, forged ${this.#asked++}`, decryption: { ground, manifests: asked, returnSums: true } });
  }

  [Symbol.dispose](): void {
    this.#hooks.dispose();
  }
}

async function* one<Message>(message: Message): AsyncGenerator<Message> {
  yield message;
}

/** A payload that the coordinator has on disk. */
export function payload(federation: Pick<ProgramFederation, 'coordinatorFolder'>, digest: string): Promise<Buffer> {
  return readFile(payloadFile(federation, digest));
}
