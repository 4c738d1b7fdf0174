import { accountCalls } from '../api/account-calls.ts';
import { perApp } from '../app/per-app.ts';

/** The API calls for sign-in, connection and account, one set per app. */
export const accountCallsOf = perApp(({ api }) => accountCalls(api));
