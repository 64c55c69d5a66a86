import '../metrics/round-metrics.ts';
