/** The number of a round within its run, from its name. */
export function roundNumberOf(round: string): number {
  return Number(round.split('.').at(-1));
}
