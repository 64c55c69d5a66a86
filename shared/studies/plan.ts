import { z } from 'zod';

/**
 * A study plan is data, never code: this schema is the whole of what a coordinator can ask of a site.
 * Unknown keys are refused, so that a hospital never approves a setting its software does not know.
 */

/** How studies and data sets are called. */
export const planIdentifier = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'use 1 to 63 lower-case letters, digits and hyphens');
const columnName = z.string().min(1).max(128);
const unit = z.string().min(1).max(32).describe('UCUM unit, "1" for a plain number');
const positiveInteger = z.int().min(1);

/** Checks of what belongs together run as soon as it is there, also when something beside it is wrong. */
const whenThere = (key: string) => ({ value }: { value: unknown }) => typeof value === 'object' && value !== null && key in value;

interface Range {
  readonly minimum: number;
  readonly maximum: number;
}

function ranged<Schema extends z.ZodType<Range>>(schema: Schema): Schema {
  return schema.refine(({ minimum, maximum }) => !(minimum >= maximum), { message: 'must be greater than minimum', path: ['maximum'], when: whenThere('maximum') });
}

/** The cell texts of a category or of classes. */
function distinct<Schema extends z.ZodType<readonly string[]>>(schema: Schema): Schema {
  return schema.refine((values) => new Set(values).size === values.length, { message: 'names a value twice', when: ({ value }) => Array.isArray(value) });
}

/** What happens to a row whose cell is empty or holds one of the contract's missing markers. */
const missingRule = z.enum(['refuse', 'drop-row', 'mean']).default('refuse');
const missingTargetRule = z.enum(['refuse', 'drop-row']).default('refuse');

const numberColumn = ranged(
  z.strictObject({
    name: columnName,
    type: z.literal('number'),
    unit,
    minimum: z.number(),
    maximum: z.number(),
    missing: missingRule,
  }),
);

const categoryColumn = z.strictObject({
  name: columnName,
  type: z.literal('category'),
  /** Allowed cell texts. Each becomes one 0/1 input, except the first when `dropFirst` is set. */
  values: distinct(z.array(z.string().min(1)).min(2).max(1000)),
  dropFirst: z.boolean().default(false),
  missing: z.enum(['refuse', 'drop-row']).default('refuse'),
});

/** A cell that names a JPEG or PNG file, relative to the table; resized to height x width, values in [0, 1]. */
const imageColumn = z.strictObject({
  name: columnName,
  type: z.literal('image'),
  height: z.int().min(1).max(4096),
  width: z.int().min(1).max(4096),
  channels: z.union([z.literal(1), z.literal(3)]),
});

const column = z.discriminatedUnion('type', [numberColumn, categoryColumn, imageColumn]);

const binaryTarget = z.strictObject({
  type: z.literal('binary'),
  column: columnName,
  /** The cell texts of the negative and of the positive class. */
  values: distinct(z.tuple([z.string().min(1), z.string().min(1)])),
  missing: missingTargetRule,
});

const multiClassTarget = z.strictObject({
  type: z.literal('multi-class'),
  column: columnName,
  values: distinct(z.array(z.string().min(1)).min(3).max(1000)),
  missing: missingTargetRule,
});

const regressionTarget = z.strictObject({
  type: z.literal('regression'),
  /** One or more numbers; the model's output has one unit for each. */
  columns: z
    .array(ranged(z.strictObject({ name: columnName, unit, minimum: z.number(), maximum: z.number() })))
    .min(1)
    .max(1000),
  missing: missingTargetRule,
});

const target = z.discriminatedUnion('type', [binaryTarget, multiClassTarget, regressionTarget]);

const split = z.union([
  z.strictObject({ column: columnName, train: z.string().min(1), test: z.string().min(1) }),
  z.strictObject({ seed: z.int().min(0), testFraction: z.number().gt(0).lt(1), stratify: z.boolean().default(false) }),
], 'must be { column, train, test } or { seed, testFraction, stratify }');

const dataContract = z.strictObject({
  /** The name under which each site configures its data set. */
  dataset: planIdentifier,
  /** Cell texts that mean "not measured", besides an empty cell. */
  missingMarkers: z.array(z.string().min(1)).default([]),
  columns: z.array(column).min(1).max(100_000),
  /** One model output for each target, in order. */
  targets: z.array(target).min(1).max(100),
  split,
});

const normalisation = z.strictObject({
  /** z-scores from the site's own training rows (`local`), or from all sites' through secure sums (`federated`). */
  method: z.enum(['none', 'local', 'federated']),
  /** `numbers` leaves the 0/1 inputs of categories as they are; `all` scales them as well. */
  inputs: z.enum(['numbers', 'all']).default('numbers'),
});

const learningRate = z.number().gt(0).max(1000);
const momentum = z.number().min(0).lt(1);

const localOptimiser = z.discriminatedUnion('name', [
  z.strictObject({ name: z.literal('sgd'), learningRate, momentum: momentum.default(0) }),
  z.strictObject({
    name: z.literal('adam'),
    learningRate,
    beta1: momentum.default(0.9),
    beta2: momentum.default(0.999),
    epsilon: z.number().gt(0).default(1e-7),
  }),
]);

export const lossNames = ['binaryCrossentropy', 'categoricalCrossentropy', 'meanSquaredError', 'meanAbsoluteError', 'huberLoss'] as const;

const training = z
  .strictObject({
    /** One loss for each target, in order. */
    losses: z.array(z.enum(lossNames)).min(1).max(100),
    optimiser: localOptimiser,
    batchSize: positiveInteger.max(65_536),
    localSteps: positiveInteger.max(1_000_000).optional(),
    localEpochs: positiveInteger.max(10_000).optional(),
  })
  .refine((value) => (value.localSteps === undefined) !== (value.localEpochs === undefined), {
    message: 'name either localSteps or localEpochs, not both',
    path: ['localSteps'],
    when: ({ value }) => typeof value === 'object' && value !== null,
  });

const serverOptimiser = z.discriminatedUnion('name', [
  z.strictObject({ name: z.literal('fedavg'), learningRate: learningRate.default(1) }),
  z.strictObject({ name: z.literal('fedavgm'), learningRate: learningRate.default(1), momentum }),
]);

export const laneNames = ['14+3', '16+3', '16+6', '14+8', '12+10'] as const;

const aggregation = z.strictObject({
  serverOptimiser,
  /** A site's weight is its training rows, at most this many. */
  weightCap: positiveInteger.max(2 ** 31),
  /** Largest change of one parameter in one round, either fixed or found by a secure sum over a first trial round. */
  clipping: z.union([
    z.strictObject({ range: z.number().gt(0) }),
    z.strictObject({ calibration: z.strictObject({ headRoom: z.number().min(1).max(1024) }) }),
  ], 'must be { range } or { calibration: { headRoom } }'),
  errorFeedback: z.boolean().default(true),
  /** Bits of a value + bits of head-room for the sum over up to 2^head-room sites. The fewer, the less a site sends. */
  lanes: z.enum(laneNames).default('16+6'),
});

const privacy = z.strictObject({
  /** Fewest sites whose sum may ever be opened. */
  minimumContributors: z.int().min(2).default(3),
  /** Fewest training rows with which a site takes part. */
  minimumSamples: positiveInteger.default(1),
  /** Fewest rows with one label in a bin of a score histogram that the sites which open it let anybody see: smaller cells are merged. 1 lets all through. */
  smallestCell: positiveInteger.max(1000).default(5),
});

const rounds = z.strictObject({
  count: positiveInteger.max(100_000),
  /** Sites that must be in when the deadline comes; with all of them in, a round closes at once. */
  quorum: z.int().min(2),
  deadlineSeconds: z.number().gt(0).max(30 * 86_400),
  /** How often a deadline without a quorum is put off by the same time before the round is abandoned. */
  extensions: z.int().min(0).max(1000).default(1),
});

const evaluation = z.strictObject({
  /** Bins of the score histogram from which pooled AUC follows. */
  scoreBins: z.int().min(2).max(10_000).default(200),
});

export const planSchema = z.strictObject({
  consilium: z.literal(1),
  study: planIdentifier,
  title: z.string().min(1).max(200),
  purpose: z.string().min(1).max(2000),
  /** Member sites by name; without it, all enrolled sites when a run starts. */
  sites: z.array(planIdentifier).min(2).max(1024).optional(),
  data: dataContract,
  normalisation,
  model: z.strictObject({ topology: z.record(z.string(), z.unknown()) }),
  training,
  aggregation,
  privacy: privacy.prefault({}),
  rounds,
  evaluation: evaluation.prefault({}),
});

export type StudyPlan = z.output<typeof planSchema>;
export type DataContract = StudyPlan['data'];
export type Column = DataContract['columns'][number];
export type Target = DataContract['targets'][number];
export type LossName = (typeof lossNames)[number];
export type LaneName = (typeof laneNames)[number];
