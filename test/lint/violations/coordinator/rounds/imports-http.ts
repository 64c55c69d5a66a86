export * from '../http/round-routes.ts';
