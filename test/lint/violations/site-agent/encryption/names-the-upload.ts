import { services } from '../../shared/wire/services.ts';
export const call = services.contributions['Upload'];
