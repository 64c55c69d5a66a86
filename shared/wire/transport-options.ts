import type { ChannelOptions } from '@grpc/grpc-js';

/** Largest piece of a payload in one message of a stream. */
export const chunkBytes = 1024 * 1024;

/** Leaves room for the fields beside a chunk; a plan, the largest single message, has to fit as well. */
const messageMaxBytes = 2 * chunkBytes;

/** What both ends of a connection set. A site's firewall may drop silent connections, so both sides keep them alive. */
export const transportOptions: ChannelOptions = {
  'grpc.max_send_message_length': messageMaxBytes,
  'grpc.max_receive_message_length': messageMaxBytes,
  'grpc-node.flow_control_window': 16 * 1024 * 1024,
  'grpc.keepalive_time_ms': 30_000,
  'grpc.keepalive_timeout_ms': 15_000,
  'grpc.keepalive_permit_without_calls': 1,
};
