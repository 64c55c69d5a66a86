/** Silent sites that are named while a round waits; the others are counted. */
const mostNamed = 3;

/** Who is in, what each other site is at, and of whom nothing is known: `1 of 3 sites are in; north uploads; nothing yet from south`. */
export function arrivalsText(sites: readonly string[], arrived: ReadonlySet<string>, progressOf: ReadonlyMap<string, string>): string {
  const silent = sites.filter((site) => !arrived.has(site) && !progressOf.has(site));
  const named = silent.slice(0, mostNamed).join(', ');
  const others = silent.length > mostNamed ? ` and ${silent.length - mostNamed} more` : '';
  return [`${arrived.size} of ${sites.length} sites are in`, ...progressOf.values(), ...(silent.length > 0 ? [`nothing yet from ${named}${others}`] : [])].join('; ');
}
