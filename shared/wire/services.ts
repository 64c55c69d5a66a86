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
