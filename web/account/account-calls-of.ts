import { accountCalls } from '../api/account-calls.ts';
import { perApp } from '../app/per-app.ts';

/** The calls about sign-in, connection and account, made with the app's own api. */
export const accountCallsOf = perApp(({ api }) => accountCalls(api));
