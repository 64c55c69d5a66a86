import { ConsiliumError } from '../../shared/errors/consilium-error.ts';

/** A process that dies this often without getting further is killed by the work itself: by its memory, say. */
const deathsMax = 3;

/**
 * Does work that uses a trainer, again when the process died under it.
 *
 * @param progress how far the work has got, in any unit; deaths count from the last time that it grew
 * @throws what the work throws; training-failed instead of trainer-ended
 */
export async function outlivingTrainers<Result>(work: () => Promise<Result>, onDeath: (error: ConsiliumError) => void, progress: () => number = () => 0): Promise<Result> {
  let furthest = progress();
  for (let deaths = 1; ; deaths += 1) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof ConsiliumError) || error.code !== 'trainer-ended') throw error;
      if (progress() > furthest) [furthest, deaths] = [progress(), 1];
      if (deaths === deathsMax) throw new ConsiliumError('training-failed', `The trainer process ended ${deaths} times.`, { cause: error });
      onDeath(error);
    }
  }
}
