import type { Schema } from '../../storage/migrate.ts';
import { accountTables, userTables } from './account-tables.ts';
import { markAdmittedBefore } from './admitted-before.ts';
import { endedLogins } from './ended-logins.ts';

/** The tables of every account that stores anything, and every change made to them. `docs/storage.md` describes the columns. */
export const accountSchema: Schema = { name: 'account', marker: 'lease', steps: [accountTables, markAdmittedBefore] };

/** The tables that a user's account has besides, and every change made to them. */
export const userSchema: Schema = { name: 'user', marker: 'user', steps: [userTables, endedLogins] };
