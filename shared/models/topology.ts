/** A model without its weights, as TensorFlow.js and Keras write it: `{ class_name, config }`, layers within. */
export type Topology = Readonly<Record<string, unknown>>;

/** A layer of a topology, or the model itself, and where it stands in the plan. */
export interface TopologyNode {
  readonly path: string;
  readonly className: unknown;
  readonly config: unknown;
  /** 1 for the model itself, one more for what is within. */
  readonly depth: number;
  /** How often its shapes are worked out: a layer of a Functional model can be called more than once. */
  readonly uses: number;
}

export const modelClasses: ReadonlySet<unknown> = new Set(['Sequential', 'Functional', 'Model']);

/** The model and every layer in it, outer before inner: of nested models, wrapped layers and recurrent cells as well. */
export function* topologyNodes(topology: unknown): Generator<TopologyNode> {
  const waiting = [{ topology, path: 'model.topology', depth: 1, outerUses: 1 }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { path, depth } = next;
    const { class_name: className, config, inbound_nodes: calls } = isRecord(next.topology) ? next.topology : {};
    const uses = next.outerUses * (Array.isArray(calls) ? Math.max(1, calls.length) : 1);
    yield { path, className, config, depth, uses };
    for (const { at, inner } of innerLayers(config).reverse()) {
      waiting.push({ topology: inner, path: `${path}.config.${at}`, depth: depth + 1, outerUses: uses });
    }
  }
}

function innerLayers(config: unknown): { at: string; inner: unknown }[] {
  if (!isRecord(config)) return [];
  return [
    ...['layers', 'cells'].flatMap((key) => {
      const list = config[key];
      return Array.isArray(list) ? list.map((inner: unknown, index) => ({ at: `${key}[${index}]`, inner })) : [];
    }),
    ...['layer', 'cell'].filter((key) => config[key] !== undefined).map((key) => ({ at: key, inner: config[key] })),
  ];
}

/**
 * The same topology with a name for each layer that has none, counted through the model. TensorFlow.js would count
 * through the process, and then two builds of one plan would not agree on the names of their weights.
 */
export function namedTopology(topology: Topology): Topology {
  const named = JSON.parse(JSON.stringify(topology)) as Topology;
  const nodes = [...topologyNodes(named)];
  const taken = new Set(nodes.map(nameOf));
  const counted = new Map<string, number>();
  for (const { className, config } of nodes) {
    if (!isRecord(config) || config['name'] !== undefined) continue;
    const stem = snakeCase(className);
    let number = (counted.get(stem) ?? 0) + 1;
    while (taken.has(`${stem}_${number}`)) number += 1;
    config['name'] = `${stem}_${number}`;
    counted.set(stem, number);
  }
  return named;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function nameOf({ config }: TopologyNode): unknown {
  return isRecord(config) ? config['name'] : undefined;
}

/** `Conv2DTranspose` -> `conv2_dtranspose`, `dilationRate` -> `dilation_rate`: how TensorFlow.js writes names. */
export function snakeCase(className: unknown): string {
  return String(className)
    .replace(/(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/g, '_')
    .toLowerCase();
}
