export const rounds = await import(`../../coordinator/rounds/rounds.ts`);
