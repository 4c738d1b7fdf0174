import type { Settings } from '../../settings.ts';
import { RateLimitStore } from '../billing/rate-limit-store.ts';
import { TurnLeases } from '../billing/turn-leases.ts';
import { VisitorGate } from '../billing/visitor-gate.ts';
import { Connection } from '../connection/connection.ts';
import { KeyChecks } from '../connection/key-check-limit.ts';
import { createAccountTables } from '../storage/account-tables.ts';
import { OneTimeFlows } from '../storage/one-time-flows.ts';
import { ProjectList } from '../storage/project-list.ts';

/** What an account keeps, one small class for each table or two. */
export interface AccountStores {
  leases: TurnLeases;
  limits: RateLimitStore;
  projects: ProjectList;
  welcome: VisitorGate;
  keyChecks: KeyChecks;
  flows: OneTimeFlows;
  connection: Connection;
}

/** What the books need of the object that they lie in. */
export interface AccountStoresDeps {
  storage: DurableObjectStorage;
  kv: KVNamespace;
  settings: Settings;
  /** What records and flows are bound to: an alarm knows the object's id and not its name. */
  account: string;
  /** Sees to it that what is due is done. */
  schedule(): void;
}

/** Opens the books of an account; where nothing was kept yet, their tables are made. */
export function openAccountStores(host: AccountStoresDeps): AccountStores {
  const { account, kv, schedule, settings, storage } = host;
  const { sql } = storage;
  const { vaultKeys: keys, anthropicBaseUrl: baseUrl, claudeOAuth: oauth } = settings;
  createAccountTables(sql);
  const flows = new OneTimeFlows(sql, keys, account);
  return {
    flows,
    leases: new TurnLeases(sql),
    limits: new RateLimitStore(sql),
    projects: new ProjectList(sql),
    welcome: new VisitorGate(sql),
    keyChecks: new KeyChecks(sql),
    connection: new Connection({
      sql,
      kv,
      keys,
      account,
      flows,
      oauth,
      baseUrl,
      now: Date.now,
      wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      sync: () => storage.sync(),
      schedule,
    }),
  };
}
