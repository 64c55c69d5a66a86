import { sql } from 'kysely/helpers/sqlite';
export const query = sql;
