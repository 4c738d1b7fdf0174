import { signal } from '@preact/signals';
import { creditCalls } from '../api/credit-calls.ts';
import { statePerApp } from '../app/state-per-app.ts';

/** The API calls about credits and plans, one set per app. */
export const creditCallsOf = statePerApp(({ api }) => creditCalls(api));

/** How often the credits were changed from this page: what shows them reads them anew. */
export const creditChangesOf = statePerApp(() => signal(0));
