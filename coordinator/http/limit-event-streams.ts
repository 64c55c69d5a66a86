import type { RequestHandler } from 'express';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import { callerOf } from './session.ts';

/** Keeps at most so many streams of live events open for each caller; comes after `requireAccess`. */
export function limitEventStreams(max: number): RequestHandler {
  const open = new Map<string, number>();
  return (_request, response, next) => {
    const { name } = callerOf(response);
    const present = open.get(name) ?? 0;
    if (present >= max) {
      next(new ConsiliumError('too-many-requests', `At most ${max} streams of live events are open for one caller.`));
      return;
    }
    open.set(name, present + 1);
    response.once('close', () => {
      const others = (open.get(name) ?? 1) - 1;
      if (others === 0) open.delete(name);
      else open.set(name, others);
    });
    next();
  };
}
