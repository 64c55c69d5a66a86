const folder = 'coordinator';
export const rounds = await import(`../../${folder}/rounds/rounds.ts`);
