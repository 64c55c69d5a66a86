export { handlers } from '../rpc/round-handlers.ts';
