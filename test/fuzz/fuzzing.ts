import { FuzzProgress, type OnProgress } from './fuzz-progress.ts';
import { rpcCallers, type FuzzedFederation, type RpcCaller } from './fuzzed-federation.ts';
import type { Vitals } from './fuzzed-coordinator.ts';
import { HostileMessages, type Attack } from './hostile-messages.ts';
import { HttpAttacker, type HttpAnswer } from './http-attack.ts';
import { RpcAttacker, type RpcAnswer } from './rpc-attack.ts';

export interface FuzzOptions {
  readonly messages: number;
  readonly seed: number;
  /** Index of the first attack: everything before it is left out. */
  readonly from?: number;
  readonly onProgress?: OnProgress;
}

/** An answer that no hostile message may get. */
export interface Defect {
  /** What the coordinator said, without what differs from time to time. */
  readonly what: string;
  /** Of the first attack that got it: `--seed S --from I --messages 1` makes it again. */
  readonly index: number;
  readonly made: string;
  count: number;
}

export interface FuzzResult {
  readonly messages: number;
  readonly attacks: number;
  readonly seconds: number;
  readonly messagesPerSecond: number;
  readonly defects: readonly Defect[];
  /** How many attacks got each answer. */
  readonly answers: Readonly<Record<string, number>>;
  /** Resident memory in bytes: median of the tenth after the first, and of the last. */
  readonly rssEarly: number;
  readonly rssLate: number;
  readonly rssMax: number;
  /** Used JavaScript heap in bytes without any garbage: after the first tenth, and when all attackers have left. */
  readonly heapEarly: number;
  readonly heapLate: number;
  readonly eventLoopDelayP99Ms: number;
  /** Of the coordinator, before the first message and after all attackers have left. */
  readonly handlesBefore: number;
  readonly handlesAfter: number;
}

const attacksAtOnce = 64;
const vitalsEveryMs = 250;

/** gRPC's own answers to what is no gRPC; it calls them internal errors, and they come before any code of ours. */
const libraryAnswers = /^(Failed to decompress message|Invalid grpc-timeout value)/;

/** Sends hostile messages, many at a time, and looks at every answer and at how the coordinator is meanwhile. */
export async function fuzz(federation: FuzzedFederation, { messages, seed, from = 0, onProgress }: FuzzOptions): Promise<FuzzResult> {
  const { coordinator, authority, identities } = federation;
  const made = new HostileMessages(seed, federation);
  const defects = new Map<string, Defect>();
  const answers: Record<string, number> = {};
  const handlesBefore = openHandles(await coordinator.vitals());
  const progress = new FuzzProgress();
  let sent = 0;
  let index = from;
  let stopped: unknown;
  void coordinator.ended.then((how) => (stopped = new Error(`The coordinator ended with ${how} after ${sent} messages, with seed ${seed}, before attack ${index}.`)));

  {
    using attackers = new DisposableStack();
    const rpc = Object.fromEntries(rpcCallers.map((caller) => [caller, attackers.use(new RpcAttacker(coordinator.sitePort, authority, identities[caller]))])) as Record<RpcCaller, RpcAttacker>;
    const http = attackers.use(new HttpAttacker(coordinator.httpPort, authority));
    const attack = async (at: number, attacked: Attack): Promise<void> => {
      const found = await answerTo(attacked);
      answers[found.answer] = (answers[found.answer] ?? 0) + 1;
      if (found.defect === undefined) return;
      const known = defects.get(found.defect);
      if (known) known.count++;
      else defects.set(found.defect, { what: found.defect, index: at, made: attacked.made, count: 1 });
    };
    const answerTo = async (attacked: Attack): Promise<{ answer: string; defect?: string | undefined }> => {
      try {
        if (attacked.kind === 'http') return judgedHttp(await http.attack(attacked.attack));
        return judgedRpc(attacked.attack.path, await rpc[attacked.caller].attack(attacked.attack, attacked.staysOpen));
      } catch (error) {
        return { answer: 'none', defect: `${attacked.kind === 'rpc' ? attacked.attack.path : attacked.attack.method} ${(error as Error).message}` };
      }
    };
    const worker = async (): Promise<void> => {
      while (sent < messages && stopped === undefined) {
        const at = index++;
        const attacked = made.at(at);
        sent += attacked.messages;
        await attack(at, attacked);
      }
    };
    const watching = new AbortController();
    const watch = progress.follow(coordinator, vitalsEveryMs, () => sent, messages, watching.signal, onProgress);
    await Promise.all(Array.from({ length: attacksAtOnce }, worker));
    watching.abort();
    await watch;
  }
  if (stopped !== undefined) throw stopped;
  const { heapEarly, seconds, rssEarly, rssLate, rssMax, delayP99Ms } = progress.summary();
  const handlesAfter = await handlesWhenLeft(coordinator, handlesBefore);
  const { heapUsed: heapLate } = await coordinator.vitals(true);
  return {
    messages: sent, attacks: index - from, seconds, messagesPerSecond: sent / seconds, defects: [...defects.values()], answers, rssEarly, rssLate, rssMax, heapEarly,
    eventLoopDelayP99Ms: delayP99Ms, handlesBefore, handlesAfter, heapLate,
  };
}

function judgedRpc(path: string, { status, code, message }: RpcAnswer): { answer: string; defect?: string } {
  const answer = `grpc ${status ?? 'none'} ${code ?? ''}`.trim();
  const internal = code === 'internal' || status === 2 || (status === 13 && !libraryAnswers.test(message));
  return internal ? { answer, defect: `${path} ${answer} ${message}` } : { answer };
}

function judgedHttp({ status, body }: HttpAnswer): { answer: string; defect?: string } {
  const answer = `http ${status ?? 'none'}`;
  return status !== undefined && status >= 500 ? { answer, defect: `${answer} ${body.replaceAll(/[0-9a-f]{12}/g, '')}` } : { answer };
}

function openHandles({ handles }: Vitals): number {
  return Object.entries(handles).reduce((open, [kind, count]) => (/TLS|TCP/.test(kind) ? open + count : open), 0);
}

/** Connections close a moment after the attackers have left. */
async function handlesWhenLeft(coordinator: FuzzedFederation['coordinator'], before: number): Promise<number> {
  let open = openHandles(await coordinator.vitals());
  for (let attempt = 0; attempt < 200 && open > before; attempt++) open = openHandles(await coordinator.vitals());
  return open;
}
