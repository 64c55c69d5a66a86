import { roundLayouts } from '../../shared/studies/round-layouts.ts';
import type { Part, VectorLayout } from '../../shared/layouts/vector-layout.ts';
import { describeTopology } from '../../shared/models/model-description.ts';
import type { TensorSpec } from '../../shared/models/tensor-spec.ts';
import { roundSchedule, type RoundPurpose } from '../../shared/studies/round-purpose.ts';
import type { Studies } from '../studies/studies.ts';
import type { ReadStudy } from '../studies/study.ts';
import type { Run } from './run.ts';

/** What follows from a study's plan and is needed again and again while it runs. */
export interface RunContext {
  readonly study: ReadStudy;
  readonly tensors: readonly TensorSpec[];
  readonly schedule: readonly RoundPurpose[];
  layouts(run: Run, purpose: RoundPurpose): ReadonlyMap<Part, VectorLayout>;
}

export class RunContexts {
  readonly #studies: Studies;
  readonly #byStudy = new Map<string, Promise<RunContext>>();

  constructor(studies: Studies) {
    this.#studies = studies;
  }

  of(study: string): Promise<RunContext> {
    const known = this.#byStudy.get(study);
    if (known) return known;
    const context = this.#read(study);
    this.#byStudy.set(study, context);
    context.catch(() => this.#byStudy.delete(study));
    return context;
  }

  async #read(name: string): Promise<RunContext> {
    const study = await this.#studies.get(name);
    const { weights: tensors } = await describeTopology(study.plan.model.topology);
    return {
      study,
      tensors,
      schedule: roundSchedule(study.plan),
      layouts: (run, purpose) => roundLayouts(study.plan, tensors, purpose, run.parameters),
    };
  }
}
