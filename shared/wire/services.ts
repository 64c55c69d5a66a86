import { globSync } from 'node:fs';
import { join } from 'node:path';
import { loadSync } from '@grpc/proto-loader';
import type { ContributionsDefinition } from './generated/consilium/v1/Contributions.ts';
import type { DecryptionsDefinition } from './generated/consilium/v1/Decryptions.ts';
import type { EnrolmentDefinition } from './generated/consilium/v1/Enrolment.ts';
import type { GroupKeysDefinition } from './generated/consilium/v1/GroupKeys.ts';
import type { LedgersDefinition } from './generated/consilium/v1/Ledgers.ts';
import type { ManifestsDefinition } from './generated/consilium/v1/Manifests.ts';
import type { ModelVersionsDefinition } from './generated/consilium/v1/ModelVersions.ts';
import type { SiteLinkDefinition } from './generated/consilium/v1/SiteLink.ts';
import type { StudiesDefinition } from './generated/consilium/v1/Studies.ts';
import { loadOptions } from './load-options.ts';

/** Beside shared/ both in the source tree and in dist/. */
const protoFolder = join(import.meta.dirname, '../../proto');

const definitions = loadSync(globSync('consilium/v1/*.proto', { cwd: protoFolder }), { ...loadOptions, includeDirs: [protoFolder] });

/** A field as its proto file declares it. */
export interface WireField {
  readonly name: string;
  readonly number: number;
  /** `TYPE_STRING`, `TYPE_MESSAGE` and so on. */
  readonly type: string;
  /** Of a message or enum, without the package. */
  readonly typeName: string;
}

const fieldsByType = new Map(
  Object.entries(definitions).flatMap(([name, definition]) =>
    'type' in definition && 'field' in definition.type
      ? [[name.replace(/^consilium\.v1\./, ''), new Map((definition.type.field as WireField[]).map((field) => [field.number, field]))] as const]
      : [],
  ),
);

/** The fields of a message type, by number. @throws Error when there is no such type */
export function fieldsOf(type: string): ReadonlyMap<number, WireField> {
  const fields = fieldsByType.get(type);
  if (!fields) throw new Error(`There is no message ${type}.`);
  return fields;
}

function service<Definition>(name: string): Definition {
  return definitions[`consilium.v1.${name}`] as Definition;
}

/** Every service on the wire, by its noun. */
export const services = {
  contributions: service<ContributionsDefinition>('Contributions'),
  decryptions: service<DecryptionsDefinition>('Decryptions'),
  enrolment: service<EnrolmentDefinition>('Enrolment'),
  groupKeys: service<GroupKeysDefinition>('GroupKeys'),
  ledgers: service<LedgersDefinition>('Ledgers'),
  manifests: service<ManifestsDefinition>('Manifests'),
  modelVersions: service<ModelVersionsDefinition>('ModelVersions'),
  siteLink: service<SiteLinkDefinition>('SiteLink'),
  studies: service<StudiesDefinition>('Studies'),
};
