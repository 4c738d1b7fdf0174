import { accountCalls } from '../api/account-calls.ts';
import { api } from '../app/app.ts';

/** The calls about sign-in, connection and account, as this page makes them. */
export const calls = accountCalls(api);
