import { api } from '../app.ts';
import { accountCalls } from '../state/account-calls.ts';

/** The calls about sign-in, connection and account, as this page makes them. */
export const calls = accountCalls(api);
