/** A model without its weights, as TensorFlow.js and Keras write it: `{ class_name, config }`, layers within. */
export type Topology = Readonly<Record<string, unknown>>;

/** A layer of a topology, or the model itself, and where it stands in the plan. */
export interface TopologyNode {
  readonly path: string;
  readonly className: unknown;
  readonly config: unknown;
}

export const modelClasses: ReadonlySet<unknown> = new Set(['Sequential', 'Functional', 'Model']);

/** The model and every layer in it, outer before inner: of nested models, wrapped layers and recurrent cells as well. */
export function* topologyNodes(topology: unknown, path = 'model.topology'): Generator<TopologyNode> {
  const { class_name: className, config } = isRecord(topology) ? topology : {};
  yield { path, className, config };
  if (!isRecord(config)) return;
  for (const key of ['layers', 'cells']) {
    const inner = config[key];
    if (!Array.isArray(inner)) continue;
    for (const [index, node] of inner.entries()) yield* topologyNodes(node, `${path}.config.${key}[${index}]`);
  }
  for (const key of ['layer', 'cell']) {
    if (config[key] !== undefined) yield* topologyNodes(config[key], `${path}.config.${key}`);
  }
}

/**
 * The same topology with a name for each layer that has none, counted through the model. TensorFlow.js would count
 * through the process, and then two builds of one plan would not agree on the names of their weights.
 */
export function namedTopology(topology: Topology): Topology {
  const named = JSON.parse(JSON.stringify(topology)) as Topology;
  const nodes = [...topologyNodes(named)];
  const taken = new Set(nodes.map(nameOf));
  for (const { className, config } of nodes) {
    if (!isRecord(config) || config['name'] !== undefined) continue;
    let number = 1;
    while (taken.has(`${snakeCase(className)}_${number}`)) number += 1;
    config['name'] = `${snakeCase(className)}_${number}`;
    taken.add(config['name']);
  }
  return named;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function nameOf({ config }: TopologyNode): unknown {
  return isRecord(config) ? config['name'] : undefined;
}

function snakeCase(className: unknown): string {
  return String(className)
    .replace(/(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/g, '_')
    .toLowerCase();
}
