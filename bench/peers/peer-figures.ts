import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { median } from '../quantiles.ts';
import { peerScripts } from './peer-environments.ts';

/** A line that a peer's script prints. */
export const peerLine = z.looseObject({
  peer: z.string(),
  mode: z.string().optional(),
  case: z.string(),
  ok: z.boolean().optional(),
  round_s_median_after_first: z.number().optional(),
  critical_path_s: z.number().optional(),
});

export type PeerLine = z.output<typeof peerLine>;

/** Seconds a round by peer. For `tenseal-kernel`, which sends nothing, the sum of what has to happen one after the other. */
export type PeerSeconds = Readonly<Record<string, number>>;

export function secondsByPeer(lines: readonly PeerLine[], work: string): PeerSeconds {
  const measured = lines.flatMap(({ peer, mode, case: name, round_s_median_after_first: round, critical_path_s: kernel }) => {
    const seconds = round ?? kernel;
    return name === work && seconds !== undefined ? [{ name: mode?.startsWith('simulation') ? `${peer}-simulation` : peer, seconds }] : [];
  });
  return Object.fromEntries([...Map.groupBy(measured, ({ name }) => name)].map(([name, runs]) => [name, median(runs.map(({ seconds }) => seconds))]));
}

/** What was measured on another machine and lies beside the scripts; nothing where they are not. */
export function publishedLines(): PeerLine[] {
  const file = join(peerScripts, 'results.jsonl');
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8').trimEnd().split('\n').map((line) => peerLine.parse(JSON.parse(line)));
}
