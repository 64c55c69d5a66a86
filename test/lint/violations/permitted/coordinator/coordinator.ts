import { roundTable } from './store/round-table.ts';
import { roundHandlers } from './rpc/round-handlers.ts';
import { roundRoutes } from './http/round-routes.ts';
export const parts = [roundTable, roundHandlers, roundRoutes];
