import { status } from '@grpc/grpc-js';
export const internal = status.INTERNAL;
