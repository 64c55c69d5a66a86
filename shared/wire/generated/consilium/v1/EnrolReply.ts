// Original file: proto/consilium/v1/enrolment.proto


export interface EnrolReplyInput {
  'site'?: (string);
  'federationId'?: (string);
  'federationName'?: (string);
  'certificateChain'?: (Buffer | Uint8Array | string)[];
  'coordinatorSigningKey'?: (Buffer | Uint8Array | string);
}

export interface EnrolReply {
  'site': (string);
  'federationId': (string);
  'federationName': (string);
  'certificateChain': (Buffer)[];
  'coordinatorSigningKey': (Buffer);
}
