import type { z } from 'zod';
import type { studyResource } from '../../shared/http-api/study-resource.ts';
import type { ReadStudy } from '../studies/study.ts';
import { isoOf } from './iso-times.ts';

/** A study as people see it. */
export function studyView({ name, plan, planHash, submittedAtMs }: ReadStudy): z.output<typeof studyResource> {
  return { name, title: plan.title, purpose: plan.purpose, planHash, submittedAt: isoOf(submittedAtMs) };
}
