export const seal = await import('node-seal');
