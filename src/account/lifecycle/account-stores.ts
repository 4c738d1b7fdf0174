import type { Settings } from '../../settings.ts';
import { createTables } from '../../storage/migrate.ts';
import { RateLimitStore } from '../billing/rate-limit-store.ts';
import { TurnLeases } from '../billing/turn-leases.ts';
import { VisitorGate } from '../billing/visitor-gate.ts';
import { Connection } from '../connection/connection.ts';
import { KeyChecks } from '../connection/key-check-limit.ts';
import { accountSchema } from '../storage/account-schema.ts';
import { OneTimeFlows } from '../storage/one-time-flows.ts';
import { ProjectList } from '../storage/project-list.ts';

/** The stores of an account, one small class for each table or two. A user's own tables are not among them: see `SignInMethods`. */
export interface AccountStores {
  leases: TurnLeases;
  limits: RateLimitStore;
  projects: ProjectList;
  visitorGate: VisitorGate;
  keyChecks: KeyChecks;
  flows: OneTimeFlows;
  connection: Connection;
}

export interface AccountStoresDeps {
  storage: DurableObjectStorage;
  kv: KVNamespace;
  settings: Settings;
  /** The object's id, to which records and flows are sealed: in an alarm the object knows its id, not its name. */
  account: string;
  /** Sets the alarm to when something is next due. */
  schedule(): void;
}

/** Opens the stores of an account; creates their tables if there are none. */
export function openAccountStores({ account, kv, schedule, settings, storage }: AccountStoresDeps): AccountStores {
  const { sql } = storage;
  const { vaultKeys: keys, anthropicBaseUrl: baseUrl, claudeOAuth: oauth } = settings;
  const prepare = (): void => createTables(storage, accountSchema);
  prepare();
  const flows = new OneTimeFlows(sql, keys, account, settings.clockOffsetMs, prepare);
  return {
    flows,
    leases: new TurnLeases(sql),
    limits: new RateLimitStore(sql),
    projects: new ProjectList(sql),
    visitorGate: new VisitorGate(sql),
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
