import type { ChannelOptions } from '@grpc/grpc-js';

/** Largest piece of a payload in one message of a stream. A coordinator holds some of them for each upload under way. */
export const chunkBytes = 256 * 1024;

/** A plan is the largest single message. */
const messageMaxBytes = 2 * 1024 * 1024;

/**
 * A firewall may forget a connection that is silent, and tells nobody. So each end pings the other this often, and gives it up when
 * there is no answer for twice as long: an answer may stand behind a large piece of an upload on a thin line.
 */
export function keepAliveOptions(everyMs: number): ChannelOptions {
  return { 'grpc.keepalive_time_ms': everyMs, 'grpc.keepalive_timeout_ms': 2 * everyMs, 'grpc.keepalive_permit_without_calls': 1 };
}

/** What both ends of a connection set. */
export const transportOptions: ChannelOptions = {
  'grpc.max_send_message_length': messageMaxBytes,
  'grpc.max_receive_message_length': messageMaxBytes,
  // Only the end that dialled heeds it, for downloads; coordinator/rpc/receive-windows.ts sets that of uploads.
  'grpc-node.flow_control_window': 16 * 1024 * 1024,
  ...keepAliveOptions(20_000),
};
