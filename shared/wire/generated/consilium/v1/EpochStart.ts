// Original file: proto/consilium/v1/group_key.proto


export interface EpochStartInput {
  'round'?: (number);
  'version'?: (string);
  'parametersHash'?: (string);
  'updateManifest'?: (string);
  'statisticsManifest'?: (string);
}

export interface EpochStart {
  'round': (number);
  'version': (string);
  'parametersHash': (string);
  'updateManifest': (string);
  'statisticsManifest': (string);
}
