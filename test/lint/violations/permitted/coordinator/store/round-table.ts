import { DatabaseSync } from 'node:sqlite';
import { Kysely } from 'kysely';
import type { Round } from '../rounds/round.ts';
import { systemClock } from '../../shared/clock.ts';
export const parts = [DatabaseSync, Kysely, systemClock, {} as Round];
