// Original file: proto/consilium/v1/enrolment.proto


export interface EnrolRequestInput {
  'token'?: (string);
  'certificateRequest'?: (Buffer | Uint8Array | string);
  'signingKey'?: (Buffer | Uint8Array | string);
  'agreementKey'?: (Buffer | Uint8Array | string);
  'signature'?: (Buffer | Uint8Array | string);
}

export interface EnrolRequest {
  'token': (string);
  'certificateRequest': (Buffer);
  'signingKey': (Buffer);
  'agreementKey': (Buffer);
  'signature': (Buffer);
}
