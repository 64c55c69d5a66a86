import { SeededRandom } from '../../demo/data/seeded-random.ts';
import { instantNames, type Instant } from './moments.ts';

export type Process = 'coordinator' | 'agent' | 'trainer';

/** What is done to a federation, in its turn. */
export type Fault =
  | { readonly kind: 'kill'; readonly process: Process; readonly site: string; readonly at: Instant | 'any time'; readonly afterMs: number; readonly awayMs: number }
  /** The ledger has its line, and no byte of what it tells of has reached the coordinator. */
  | { readonly kind: 'kill between ledger line and first byte'; readonly site: string; readonly awayMs: number }
  | { readonly kind: 'cut'; readonly site: string }
  | { readonly kind: 'delay'; readonly site: string; readonly delayMs: number; readonly forMs: number }
  | { readonly kind: 'half-open'; readonly site: string }
  | { readonly kind: 'one byte at a time'; readonly site: string; readonly forMs: number }
  | { readonly kind: 'full disk'; readonly forMs: number }
  | { readonly kind: 'turn the clock'; readonly program: string; readonly aheadMs: number };

const minuteMs = 60_000;
const keyingInstants: readonly Instant[] = ['a site has pinned a run', 'a site has made or opened a key', 'the coordinator writes its database'];
const laterInstants = instantNames.filter((name) => !['a site has pinned a run', 'a site has made or opened a key'].includes(name));

/** The faults of one run: a function of seed, run and number of kills. The first kill falls into the making of keys. */
export function schedule(seed: number, run: number, kills: number, sites: readonly string[]): Fault[] {
  const random = new SeededRandom(`consilium/chaos/${seed}/${run}`);
  const below = (limit: number) => Math.floor(limit * random.uniform());
  const one = <Item>(items: readonly Item[]): Item => items[below(items.length)] as Item;
  const kill = (instants: readonly Instant[]): Fault => {
    const site = one(sites);
    const awayMs = below(4) === 0 ? below(2000) : 0;
    if (below(8) === 0) return { kind: 'kill between ledger line and first byte', site, awayMs };
    if (below(6) === 0) return { kind: 'kill', process: 'trainer', site, at: one(['a site keeps a training checkpoint', 'any time']), afterMs: below(300), awayMs: 0 };
    const at = below(4) === 0 ? 'any time' : one(instants);
    const process = at === 'any time' ? one(['coordinator', 'agent'] as const) : below(5) === 0 || at.startsWith('the coordinator') ? 'coordinator' : 'agent';
    return { kind: 'kill', process, site, at, afterMs: at === 'any time' ? below(1500) : below(2) * below(40), awayMs };
  };
  const nuisance = (): Fault => {
    const site = one(sites);
    const kinds: readonly Fault[] = [
      { kind: 'cut', site },
      { kind: 'delay', site, delayMs: 20 + below(200), forMs: below(3000) },
      { kind: 'one byte at a time', site, forMs: below(3000) },
      { kind: 'full disk', forMs: 200 + below(1500) },
      { kind: 'turn the clock', program: one(['coordinator', ...sites]), aheadMs: (below(180) - 60) * minuteMs },
      { kind: 'half-open', site },
    ];
    return one(kinds.slice(0, below(4) === 0 ? 6 : 5)); // a connection that went silent takes 45 seconds to be noticed
  };
  const faults: Fault[] = [];
  for (let killed = 0; killed < kills; killed += 1) {
    faults.push(kill(killed === 0 ? keyingInstants : laterInstants));
    if (below(5) < 2) faults.push(nuisance());
  }
  return faults;
}

export function faultText(fault: Fault): string {
  switch (fault.kind) {
    case 'kill':
      return `kill ${fault.process === 'coordinator' ? 'the coordinator' : `${fault.site}'s ${fault.process}`} ${fault.at === 'any time' ? '' : `when ${fault.at}, `}after ${fault.afterMs} ms`;
    case 'full disk':
      return `full disk for ${fault.forMs} ms`;
    case 'turn the clock':
      return `turn the clock of ${fault.program} by ${fault.aheadMs / minuteMs} min`;
    default:
      return `${fault.kind}, ${fault.site}`;
  }
}
