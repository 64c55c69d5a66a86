/** The number of a round within its run, from its name. */
export function roundNumberOf(round: string): number {
  return Number(round.split('.').at(-1));
}

/** The run of a round, from the round's name. */
export function runIdOf(round: string): string {
  return round.slice(0, round.lastIndexOf('.'));
}

/** The name of a run's round, whose number counts from 0. */
export function roundIdOf(run: string, number: number): string {
  return `${run}.${number}`;
}
