import { accountCalls } from '../api/account-calls.ts';
import { statePerApp } from '../app/state-per-app.ts';

/** The API calls for sign-in, connection and account, one set per app. */
export const accountCallsOf = statePerApp(({ api }) => accountCalls(api));
