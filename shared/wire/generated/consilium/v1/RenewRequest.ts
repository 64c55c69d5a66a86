// Original file: proto/consilium/v1/enrolment.proto


export interface RenewRequestInput {
  'certificateRequest'?: (Buffer | Uint8Array | string);
  'signature'?: (Buffer | Uint8Array | string);
}

export interface RenewRequest {
  'certificateRequest': (Buffer);
  'signature': (Buffer);
}
