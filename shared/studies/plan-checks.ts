import { ConsiliumError, type Problem } from '../errors/consilium-error.ts';
import { effectiveBits } from '../layouts/site-weight.ts';
import { largestCohort } from '../layouts/vector-layout.ts';
import { inputShape, targetWidth } from './inputs.ts';
import { laneWidths } from './lanes.ts';
import { schemaProblems } from './plan-problems.ts';
import { planSchema, type StudyPlan, type Target } from './plan.ts';
import { rightParts, type RightParts } from './right-parts.ts';

/** Fewest bits that the smallest site's values keep after weighting; fewer drown its data in rounding. */
export const fewestEffectiveBits = 12;

/** A plan as far as it is right. */
type Plan = RightParts<StudyPlan>;
type Data = NonNullable<Plan['data']>;

/**
 * Checks a topology against the shapes that the data contract asks for, as far as they are known; passed in because
 * it needs TensorFlow.js.
 */
export type TopologyCheck = (
  topology: Record<string, unknown>,
  input: readonly number[] | undefined,
  outputs: readonly (number | undefined)[] | undefined,
) => Promise<Problem[]>;

/**
 * Reads a study plan and reports everything that is wrong with it together, each with its path: the schema first,
 * then what its parts say about each other, as far as these are right in themselves.
 *
 * @throws plan-invalid with all problems
 */
export async function parsePlan(json: unknown, topologyProblems: TopologyCheck): Promise<StudyPlan> {
  const plan: Plan = rightParts(planSchema, json) ?? {};
  const problems = [...schemaProblems(json), ...checks.flatMap((find) => find(plan))];
  const topology = plan.model?.topology;
  if (topology) problems.push(...(await topologyProblems(topology, knownInputShape(plan.data), plan.data?.targets?.map(knownWidth))));
  if (problems.length > 0) {
    throw new ConsiliumError('plan-invalid', `It has ${problems.length} problem${problems.length === 1 ? '' : 's'}.`, { problems });
  }
  return planSchema.parse(json);
}

/** Rules that a schema of single values cannot hold; each is silent about what is missing or wrong in itself. */
const checks: readonly ((plan: Plan) => Problem[])[] = [
  columnProblems,
  normalisationProblems,
  lossProblems,
  effectiveBitProblems,
  cohortProblems,
  quorumProblems,
  ({ sites }) => duplicates(sites ?? []).map((site) => ({ path: 'sites', message: `names ${site} twice` })),
];

function columnProblems({ data }: Plan): Problem[] {
  const columns = data?.columns ?? [];
  const problems = duplicates(columnNames(data ?? {})).map((name) => ({ path: 'data', message: `uses column ${name} for two things` }));
  if (columns.some((column) => column?.type === 'image') && columns.length > 1) {
    problems.unshift({ path: 'data.columns', message: 'an image column must be the only one' });
  }
  return problems;
}

function columnNames({ columns = [], targets = [], split }: Data): (string | undefined)[] {
  return [
    ...columns.map((column) => column?.name),
    ...targets.flatMap((target) => {
      if (target?.type === 'regression') return target.columns?.map((column) => column?.name) ?? [];
      return target && 'column' in target ? [target.column] : [];
    }),
    split && 'column' in split ? split.column : undefined,
  ];
}

function normalisationProblems({ data, normalisation }: Plan): Problem[] {
  const columns = data?.columns ?? [];
  const method = normalisation?.method;
  if (method === undefined) return [];
  if (method !== 'none') {
    const images = columns.some((column) => column?.type === 'image');
    return images ? [{ path: 'normalisation.method', message: 'must be none for images, whose values are in [0, 1] already' }] : [];
  }
  return columns.flatMap((column, index) =>
    column?.type === 'number' && column.missing === 'mean'
      ? [{ path: `data.columns.${index}.missing`, message: 'mean needs a normalisation that knows the mean: choose local or federated' }]
      : [],
  );
}

function lossProblems({ data, training }: Plan): Problem[] {
  const { losses } = training ?? {};
  const { targets } = data ?? {};
  if (!losses || !targets) return [];
  if (losses.length !== targets.length) {
    return [{ path: 'training.losses', message: `must name one loss for each of the ${targets.length} targets` }];
  }
  return targets.flatMap((target, index) => {
    const loss = losses[index];
    if (!target?.type || !loss) return [];
    const fits =
      target.type === 'binary' ? loss === 'binaryCrossentropy'
      : target.type === 'multi-class' ? loss === 'categoricalCrossentropy'
      : !loss.endsWith('Crossentropy');
    return fits ? [] : [{ path: `training.losses.${index}`, message: `${loss} does not fit a ${target.type} target` }];
  });
}

/** Undefined as long as the width of one column is not known. */
function knownInputShape(data: Plan['data']): number[] | undefined {
  const known = data?.columns?.every((column) => {
    if (column?.type === 'category') return column.values !== undefined && column.dropFirst !== undefined;
    if (column?.type === 'image') return column.height !== undefined && column.width !== undefined && column.channels !== undefined;
    return column?.type === 'number';
  });
  return known ? inputShape(data as StudyPlan['data']) : undefined;
}

function knownWidth(target: NonNullable<Data['targets']>[number]): number | undefined {
  if (target?.type === undefined || (target.type === 'multi-class' && !target.values) || (target.type === 'regression' && !target.columns)) return undefined;
  return targetWidth(target as Target);
}

function effectiveBitProblems({ aggregation, privacy }: Plan): Problem[] {
  const { lanes, weightCap } = aggregation ?? {};
  const { minimumSamples } = privacy ?? {};
  if (lanes === undefined || weightCap === undefined || minimumSamples === undefined) return [];
  const { valueBits } = laneWidths[lanes];
  const bits = effectiveBits(valueBits, minimumSamples, weightCap);
  if (bits >= fewestEffectiveBits) return [];
  return [{
    path: 'aggregation.weightCap',
    message: `leaves a site of ${minimumSamples} rows ${bits.toFixed(1)} of ${valueBits} bits, fewer than ${fewestEffectiveBits}: lower the cap, raise privacy.minimumSamples or choose wider lanes`,
  }];
}

function cohortProblems({ aggregation, sites }: Plan): Problem[] {
  if (sites === undefined) return [];
  const lanes = aggregation?.lanes;
  const most = lanes && largestCohort(laneWidths[lanes]);
  if (!most || sites.length <= most) return [];
  return [{ path: 'aggregation.lanes', message: `${lanes} hold a sum over ${most} sites, not ${sites.length}: choose lanes with more head-room` }];
}

function quorumProblems({ privacy, rounds, sites }: Plan): Problem[] {
  const quorum = rounds?.quorum;
  const fewest = privacy?.minimumContributors;
  if (quorum === undefined) return [];
  return [
    ...(fewest !== undefined && quorum < fewest ? [{ path: 'rounds.quorum', message: `must be at least privacy.minimumContributors, ${fewest}` }] : []),
    ...(sites && quorum > sites.length ? [{ path: 'rounds.quorum', message: `must not be more than the ${sites.length} sites` }] : []),
  ];
}

/** Each text that is there twice, once. */
function duplicates(texts: readonly (string | undefined)[]): string[] {
  const seen = new Set<string>();
  const twice = new Set<string>();
  for (const text of texts) {
    if (text === undefined) continue;
    if (seen.has(text)) twice.add(text);
    seen.add(text);
  }
  return [...twice];
}
