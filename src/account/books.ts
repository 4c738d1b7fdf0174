import type { Settings } from '../settings.ts';
import { ConnectionKeeper } from './connection-keeper.ts';
import { Flows } from './flows.ts';
import { KeyChecks } from './key-checks.ts';
import { LeaseBook } from './lease-book.ts';
import { LimitMemory } from './limit-memory.ts';
import { ProjectList } from './project-list.ts';
import { createAccountTables } from './schema.ts';
import { Welcome } from './welcome.ts';

/** What an account keeps, one small class for each table or two. */
export interface Books {
  leases: LeaseBook;
  limits: LimitMemory;
  projects: ProjectList;
  welcome: Welcome;
  keyChecks: KeyChecks;
  flows: Flows;
  connection: ConnectionKeeper;
}

/** What the books need of the object that they lie in. */
export interface BooksHost {
  storage: DurableObjectStorage;
  kv: KVNamespace;
  settings: Settings;
  /** What records and flows are bound to: an alarm knows the object's id and not its name. */
  account: string;
  /** Sees to it that what is due is done. */
  schedule(): void;
}

/** Opens the books of an account; where nothing was kept yet, their tables are made. */
export function openBooks(host: BooksHost): Books {
  const { account, kv, schedule, settings, storage } = host;
  const { sql } = storage;
  const { vaultKeys: keys, anthropicBaseUrl: baseUrl, claudeOAuth: oauth } = settings;
  createAccountTables(sql);
  const flows = new Flows(sql, keys, account);
  return {
    flows,
    leases: new LeaseBook(sql),
    limits: new LimitMemory(sql),
    projects: new ProjectList(sql),
    welcome: new Welcome(sql),
    keyChecks: new KeyChecks(sql),
    connection: new ConnectionKeeper({
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
