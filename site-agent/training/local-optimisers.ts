import type { Optimizer } from '@tensorflow/tfjs-core';
import type { Tensorflow } from '../../shared/models/tensorflow.ts';
import type { StudyPlan } from '../../shared/studies/plan.ts';

/** The plan's optimiser with fresh state. Its tensors are freed by `disposeOptimiser`. */
export function localOptimiserOf({ core }: Tensorflow, settings: StudyPlan['training']['optimiser']): Optimizer {
  switch (settings.name) {
    case 'sgd':
      return settings.momentum > 0 ? core.train.momentum(settings.learningRate, settings.momentum) : core.train.sgd(settings.learningRate);
    case 'adam':
      return core.train.adam(settings.learningRate, settings.beta1, settings.beta2, settings.epsilon);
  }
}

/** Momentum's own dispose() forgets what it has from plain gradient descent. */
export function disposeOptimiser({ core }: Tensorflow, optimiser: Optimizer): void {
  optimiser.dispose();
  if (optimiser.getClassName() === 'Momentum') core.SGDOptimizer.prototype.dispose.call(optimiser);
}
