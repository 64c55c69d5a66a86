import type { Clock } from '../../shared/clock.ts';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import { parseJsonBytes } from '../../shared/json/parse-json.ts';
import { sha256Hex } from '../../shared/statements/digest.ts';
import { readPlan } from '../../shared/studies/checked-plan.ts';
import { planSchema, type StudyPlan } from '../../shared/studies/plan.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import type { UnitOfWork } from '../unit-of-work.ts';
import type { ReadStudy, Study, StudyStore } from './study.ts';

type Tables = { readonly studies: StudyStore; readonly audit: AuditLog };

/** Plans as they were submitted. */
export class Studies {
  readonly #store: UnitOfWork<Tables>;
  readonly #clock: Clock;

  constructor(store: UnitOfWork<Tables>, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /**
   * Checks a plan and keeps it. Submitting the same bytes again changes nothing.
   * @throws plan-invalid with all problems, study-exists when the name has another plan
   */
  async submit(planJson: Uint8Array, actor: string): Promise<Study> {
    const plan = await readPlan(planJson);
    const study: Study = { name: plan.study, planHash: sha256Hex(planJson), planJson, submittedAtMs: this.#clock.nowMs() };
    return this.#store.transaction(async ({ studies, audit }) => {
      const existing = await studies.find(study.name);
      if (existing?.planHash === study.planHash) return existing;
      if (existing) throw new ConsiliumError('study-exists', `The study is ${study.name}.`);
      await studies.insert(study);
      await audit.append({ atMs: study.submittedAtMs, actor, action: 'study submitted', subject: study.name, detail: { planHash: study.planHash } });
      return study;
    });
  }

  /** @throws study-not-found */
  async get(name: string): Promise<ReadStudy> {
    const study = await this.#store.read.studies.find(name);
    if (study === undefined) throw new ConsiliumError('study-not-found', `It was asked for ${name}.`);
    return { ...study, plan: storedPlan(study) };
  }

  async list(): Promise<ReadStudy[]> {
    const studies = await this.#store.read.studies.list();
    return studies.map((study) => ({ ...study, plan: storedPlan(study) }));
  }
}

/** A stored plan was checked when it was submitted. */
function storedPlan(study: Study): StudyPlan {
  return planSchema.parse(parseJsonBytes(study.planJson));
}
