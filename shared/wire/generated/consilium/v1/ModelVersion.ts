// Original file: proto/consilium/v1/round.proto


export interface ModelVersionInput {
  'digest'?: (string);
  'number'?: (number);
  'weightsDigest'?: (string);
  'optimiserStateDigest'?: (string);
  'parentDigest'?: (string);
  'contributions'?: (string)[];
}

export interface ModelVersion {
  'digest': (string);
  'number': (number);
  'weightsDigest': (string);
  'optimiserStateDigest': (string);
  'parentDigest': (string);
  'contributions': (string)[];
}
