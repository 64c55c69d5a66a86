import type { z } from 'zod';
import { worstNoiseBudgetBits } from '../ciphertexts/parameter-set.ts';
import { ConsiliumError, type Problem } from '../errors/consilium-error.ts';
import { effectiveBits } from '../layouts/site-weight.ts';
import { largestCohort } from '../layouts/vector-layout.ts';
import { inputShape, targetColumns, targetWidth } from './inputs.ts';
import { laneWidths } from './lanes.ts';
import { planSchema, planSections, type StudyPlan } from './plan.ts';

/** Fewest bits that the smallest site's values keep after weighting; fewer drown its data in rounding. */
export const fewestEffectiveBits = 12;

type Sections = { [Name in keyof typeof planSections]: z.output<(typeof planSections)[Name]> };
type SectionName = keyof Sections;

/** Checks a topology against the shapes that the data contract asks for; passed in because it needs TensorFlow.js. */
export type TopologyCheck = (topology: Record<string, unknown>, input: readonly number[], outputs: readonly number[]) => Promise<Problem[]>;

/**
 * Reads a study plan and reports everything that is wrong with it together, each with its path: the schema first,
 * then what sections say about each other, as far as those sections are right in themselves.
 *
 * @throws plan-invalid with all problems
 */
export async function parsePlan(json: unknown, topologyProblems: TopologyCheck): Promise<StudyPlan> {
  const parsed = planSchema.safeParse(json);
  const problems = parsed.success ? [] : parsed.error.issues.flatMap(schemaProblems);
  const sections = validSections(json);
  for (const check of checks) {
    if (check.needs.every((name) => name in sections)) problems.push(...check.find(sections as Sections));
  }
  if (sections.data && sections.model) {
    problems.push(...(await topologyProblems(sections.model.topology, inputShape(sections.data), sections.data.targets.map(targetWidth))));
  }
  if (problems.length > 0 || !parsed.success) {
    throw new ConsiliumError('plan-invalid', `It has ${problems.length} problem${problems.length === 1 ? '' : 's'}.`, { problems });
  }
  return parsed.data;
}

function schemaProblems(issue: z.core.$ZodIssue): Problem[] {
  const path = issue.path.join('.');
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: path ? `${path}.${key}` : key, message: 'is not a setting of a study plan' }));
  }
  return [{ path: path || 'plan', message: issue.message }];
}

function validSections(json: unknown): Partial<Sections> {
  const raw = typeof json === 'object' && json !== null ? (json as Record<string, unknown>) : {};
  const sections: Record<string, unknown> = {};
  for (const [name, schema] of Object.entries(planSections)) {
    const parsed = schema.safeParse(raw[name]);
    if (parsed.success) sections[name] = parsed.data;
  }
  return sections;
}

interface Check {
  readonly needs: readonly SectionName[];
  readonly find: (plan: Sections) => Problem[];
}

/** Rules that a schema of single values cannot hold; each runs when the sections it needs are right in themselves. */
const checks: readonly Check[] = [
  { needs: ['data'], find: ({ data }) => columnProblems(data) },
  { needs: ['data', 'normalisation'], find: normalisationProblems },
  { needs: ['data', 'training'], find: lossProblems },
  { needs: ['aggregation', 'privacy'], find: effectiveBitProblems },
  { needs: ['aggregation', 'sites'], find: cohortProblems },
  { needs: ['rounds', 'privacy'], find: quorumProblems },
  { needs: ['rounds', 'sites'], find: ({ rounds, sites }) => (sites && rounds.quorum > sites.length ? [{ path: 'rounds.quorum', message: `must not be more than the ${sites.length} sites` }] : []) },
  { needs: ['sites'], find: ({ sites }) => duplicates(sites ?? []).map((site) => ({ path: 'sites', message: `names ${site} twice` })) },
];

function columnProblems(data: Sections['data']): Problem[] {
  const problems: Problem[] = [];
  data.columns.forEach((column, index) => {
    if (column.type === 'number' && column.minimum >= column.maximum) {
      problems.push({ path: `data.columns.${index}.maximum`, message: 'must be greater than minimum' });
    }
    if (column.type === 'category' && new Set(column.values).size !== column.values.length) {
      problems.push({ path: `data.columns.${index}.values`, message: 'names a value twice' });
    }
  });
  if (data.columns.some((column) => column.type === 'image') && data.columns.length > 1) {
    problems.push({ path: 'data.columns', message: 'an image column must be the only one' });
  }
  data.targets.forEach((target, index) => {
    if (target.type !== 'regression') {
      if (new Set(target.values).size !== target.values.length) problems.push({ path: `data.targets.${index}.values`, message: 'names a value twice' });
      return;
    }
    target.columns.forEach((column, at) => {
      if (column.minimum >= column.maximum) problems.push({ path: `data.targets.${index}.columns.${at}.maximum`, message: 'must be greater than minimum' });
    });
  });
  const names = [...data.columns.map((column) => column.name), ...data.targets.flatMap(targetColumns), ...('column' in data.split ? [data.split.column] : [])];
  problems.push(...duplicates(names).map((name) => ({ path: 'data', message: `uses column ${name} for two things` })));
  return problems;
}

function normalisationProblems({ data, normalisation }: Sections): Problem[] {
  const images = data.columns.some((column) => column.type === 'image');
  if (images && normalisation.method !== 'none') return [{ path: 'normalisation.method', message: 'must be none for images, whose values are in [0, 1] already' }];
  if (normalisation.method !== 'none') return [];
  return data.columns.flatMap((column, index) =>
    column.type === 'number' && column.missing === 'mean'
      ? [{ path: `data.columns.${index}.missing`, message: 'mean needs a normalisation that knows the mean: choose local or federated' }]
      : [],
  );
}

function lossProblems({ data, training }: Sections): Problem[] {
  if (training.losses.length !== data.targets.length) {
    return [{ path: 'training.losses', message: `must name one loss for each of the ${data.targets.length} targets` }];
  }
  return data.targets.flatMap((target, index) => {
    const loss = training.losses[index] as string;
    const fits =
      target.type === 'binary' ? loss === 'binaryCrossentropy'
      : target.type === 'multi-class' ? loss === 'categoricalCrossentropy'
      : !loss.endsWith('Crossentropy');
    return fits ? [] : [{ path: `training.losses.${index}`, message: `${loss} does not fit a ${target.type} target` }];
  });
}

function effectiveBitProblems({ aggregation, privacy }: Sections): Problem[] {
  const { valueBits } = laneWidths[aggregation.lanes];
  const bits = effectiveBits(valueBits, privacy.minimumSamples, aggregation.weightCap);
  if (bits >= fewestEffectiveBits) return [];
  return [{
    path: 'aggregation.weightCap',
    message: `leaves a site of ${privacy.minimumSamples} rows ${bits.toFixed(1)} of ${valueBits} bits, fewer than ${fewestEffectiveBits}: lower the cap, raise privacy.minimumSamples or choose wider lanes`,
  }];
}

function cohortProblems({ aggregation, sites }: Sections): Problem[] {
  if (sites === undefined) return [];
  const problems: Problem[] = [];
  const most = largestCohort(laneWidths[aggregation.lanes]);
  if (sites.length > most) problems.push({ path: 'aggregation.lanes', message: `${aggregation.lanes} hold a sum over ${most} sites, not ${sites.length}: choose lanes with more head-room` });
  if (worstNoiseBudgetBits(sites.length) < 1) problems.push({ path: 'sites', message: 'are more than can be added and still be decrypted' });
  return problems;
}

function quorumProblems({ rounds, privacy }: Sections): Problem[] {
  if (rounds.quorum >= privacy.minimumContributors) return [];
  return [{ path: 'rounds.quorum', message: `must be at least privacy.minimumContributors, ${privacy.minimumContributors}` }];
}

function duplicates(names: readonly string[]): string[] {
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))];
}
