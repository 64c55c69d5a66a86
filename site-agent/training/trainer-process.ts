import { loadEngine } from './engines.ts';
import { PreparedTraining } from './prepared-training.ts';
import { trainerFailure } from './trainer-failure.ts';
import type { FromTrainer, ToTrainer, TrainerCall, TrainerResults } from './trainer-messages.ts';
import type { TrainingEngine } from './training-engine.ts';

/**
 * The trainer: a process of its own, so that a crash of native or WebAssembly code takes nothing with it but the
 * round's training. It ends with the agent that started it.
 */
let engine: TrainingEngine | undefined;
let prepared: PreparedTraining | undefined;
let lastCall = Promise.resolve();
const cancellations = new Map<number, AbortController>();

Error.stackTraceLimit = 50; // TensorFlow.js is deep
process.on('disconnect', () => process.exit());
process.on('message', (message: ToTrainer) => {
  if (message.kind === 'cancel') {
    cancellations.get(message.number)?.abort();
    return;
  }
  const { number, call } = message;
  const cancellation = new AbortController();
  cancellations.set(number, cancellation);
  lastCall = lastCall.then(() => answer(number, call, cancellation.signal));
});

async function answer(number: number, call: TrainerCall, signal: AbortSignal): Promise<void> {
  try {
    send({ kind: 'result', number, result: await perform(number, call, signal) });
  } catch (error) {
    const broken = error instanceof WebAssembly.RuntimeError; // its memory can no longer be relied on
    send({ kind: 'failure', number, failure: trainerFailure(error, engine) }, () => broken && process.exit(1));
  } finally {
    cancellations.delete(number);
  }
}

async function perform(number: number, call: TrainerCall, signal: AbortSignal): Promise<TrainerResults[TrainerCall['kind']]> {
  if (call.kind === 'start') {
    engine = await loadEngine(call.engine, call.threads);
    const { name, version, backend, threads } = engine;
    return { name, version, backend, threads };
  }
  if (call.kind === 'prepare') {
    prepared?.[Symbol.dispose]();
    prepared = undefined;
    prepared = await PreparedTraining.create(started(engine), call.job);
    return undefined;
  }
  if (call.kind === 'time') return started(prepared).time();
  if (call.kind === 'predict') return started(prepared).predict(call.request);
  return started(prepared).train(call.request, (progress) => send({ kind: 'progress', number, progress }), signal, (line) => send({ kind: 'log', line }));
}

function started<Thing>(thing: Thing | undefined): Thing {
  if (thing === undefined) throw new Error('The trainer was asked to work before it was prepared.');
  return thing;
}

function send(message: FromTrainer, sent: () => void = () => {}): void {
  process.send?.(message, undefined, undefined, sent);
}
