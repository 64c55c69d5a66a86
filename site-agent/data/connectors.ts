import { extname } from 'node:path';

import { openCsvTable } from '../../shared/datasets/csv-table.ts';
import type { DataProblems } from '../../shared/datasets/data-problems.ts';
import type { Table } from '../../shared/datasets/table.ts';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';

/** Opens a file of one kind as a table of texts; errors as in `openCsvTable`. */
export type Connector = (path: string, problems: DataProblems) => Promise<Table>;

/** Connectors by file ending, in lower case. A new kind of file is one module and one line here. */
const connectors = new Map<string, Connector>([
  ['.csv', openCsvTable],
  ['.tsv', openCsvTable],
]);

/** @throws ConsiliumError `data-unreadable` for a kind of file that no connector reads */
export function connectorFor(path: string): Connector {
  const connector = connectors.get(extname(path).toLowerCase());
  if (!connector) throw new ConsiliumError('data-unreadable', `${path} is not one of the kinds that can be read: ${[...connectors.keys()].join(', ')}.`);
  return connector;
}
