/** Accuracy on the pooled test rows and on each hospital's (Cleveland, Budapest, Switzerland, Long Beach). */
export interface AccuracyRow {
  readonly method: string;
  readonly pooled: number;
  /** Standard deviation over the seeds. */
  readonly deviation: number;
  readonly clients: readonly number[];
  readonly perSeed?: readonly number[];
}

/**
 * Published results of FLamby (Ogier du Terrail et al. 2022), Fed-Heart-Disease, means over seeds 42 to 46:
 * repository owkin/FLamby at edacf54, flamby/results/results_benchmark_fed_heart_disease.
 */
export const flambyRows: readonly AccuracyRow[] = [
  { method: 'FLamby: Cleveland alone', pooled: 0.7843, deviation: 0.007, clients: [0.7462, 0.7596, 0.725, 0.6578] },
  { method: 'FLamby: Budapest alone', pooled: 0.7268, deviation: 0.0129, clients: [0.7462, 0.7461, 0.525, 0.4978] },
  { method: 'FLamby: Switzerland alone', pooled: 0.4827, deviation: 0.0449, clients: [0.4808, 0.391, 0.725, 0.6711] },
  { method: 'FLamby: Long Beach alone', pooled: 0.611, deviation: 0.0393, clients: [0.5769, 0.4674, 0.8, 0.7022] },
  { method: 'FLamby: pooled training', pooled: 0.7953, deviation: 0.0028, clients: [0.7827, 0.764, 0.75, 0.6444] },
  { method: 'FLamby: FedAvg', pooled: 0.748, deviation: 0.0268, clients: [0.7308, 0.7191, 0.65, 0.64] },
  { method: 'FLamby: FedProx', pooled: 0.748, deviation: 0.0268, clients: [0.7308, 0.7191, 0.65, 0.64] },
  { method: 'FLamby: Scaffold', pooled: 0.748, deviation: 0.0268, clients: [0.7269, 0.7191, 0.65, 0.64] },
  { method: 'FLamby: Cyclic', pooled: 0.785, deviation: 0.0123, clients: [0.7577, 0.7618, 0.7125, 0.64] },
  { method: 'FLamby: FedAdam', pooled: 0.7787, deviation: 0.0146, clients: [0.7519, 0.7461, 0.7375, 0.6667] },
  { method: 'FLamby: FedYogi', pooled: 0.7787, deviation: 0.0153, clients: [0.7596, 0.7528, 0.7375, 0.6756] },
  { method: 'FLamby: FedAdagrad', pooled: 0.7787, deviation: 0.0153, clients: [0.7596, 0.7528, 0.7375, 0.6756] },
];
