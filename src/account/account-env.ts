import type { SettingsEnv } from '../settings.ts';
import type { Account } from './account.ts';
import type { AccountLifecycleEnv } from './lifecycle/account-lifecycle.ts';

/** The bindings of an account. */
export interface AccountEnv extends SettingsEnv, AccountLifecycleEnv {
  ACCOUNT: DurableObjectNamespace<Account>;
  VAULT: KVNamespace;
}
