import { randomBytes } from 'node:crypto';
import { Connection } from '../../../src/account/connection/connection.ts';
import { accountSchema } from '../../../src/account/storage/account-schema.ts';
import { OneTimeFlows } from '../../../src/account/storage/one-time-flows.ts';
import type { RecordKv } from '../../../src/account/storage/sealed-kv-records.ts';
import type { ClaudeOAuth, VaultKeys } from '../../../src/settings.ts';
import { createTables } from '../../../src/storage/migrate.ts';
import { AuthorizationServer, Dropped } from '../../oauth-server/authorization-server.ts';
import { oauthClient } from '../../oauth-server/client.ts';
import { nodeStore } from '../../support/node-sql.ts';

/** A KV with the faults of the real one: late, stale and failing answers. */
export class LateKv {
  readonly records = new Map<string, string>();
  /** The next so many reads find nothing, whatever is stored. */
  blindReads = 0;
  /** Answers of the next reads, in order, instead of the stored values. */
  readonly wrongReads: (string | Promise<string>)[] = [];
  /** Whether reads and writes fail. */
  broken = false;

  async get(key: string): Promise<string | null> {
    this.#fail();
    if (this.blindReads > 0) {
      this.blindReads -= 1;
      return null;
    }
    const wrong = this.wrongReads.shift();
    if (wrong !== undefined) return wrong;
    return this.records.get(key) ?? null;
  }

  async put(key: string, value: string): Promise<void> {
    this.#fail();
    if (this.records.has(key) && this.records.get(key) !== value) throw new Error(`${key} was written twice`);
    this.records.set(key, value);
  }

  async delete(key: string): Promise<void> {
    this.#fail();
    this.records.delete(key);
  }

  #fail(): void {
    if (this.broken) throw new Error('KV get failed: 500 Internal Server Error');
  }
}

export const newKey = (): string => randomBytes(32).toString('base64url');

/** Connections of accounts in Node: each over its own SQLite, sharing one KV, one authorization server, one clock. */
export class ConnectionLab {
  readonly kv = new LateKv();
  readonly server: AuthorizationServer;
  readonly client: ClaudeOAuth;
  keys: VaultKeys = { active: 'k1', keys: { k1: newKey() } };
  now = 1_800_000_000_000;
  /** The answer of `GET /v1/models`: a status, or `down`. */
  models: number | 'down' = 200;
  modelRequests = 0;
  /** Requests that left the object, and points at which its writes were durable, in order. */
  readonly steps: ('durable' | 'token request')[] = [];
  readonly #stores = new Map<string, ReturnType<typeof nodeStore>>();

  constructor(client: Partial<ClaudeOAuth> = {}, lifeSeconds = 3600) {
    this.client = { ...oauthClient, ...client };
    const { clientId, redirectUri, scopes, tokenFormat: format } = this.client;
    this.server = new AuthorizationServer({ clientId, redirectUri, scopes, format, lifeSeconds });
  }

  /** The connection of an account, read from its storage: each call stands for a newly started object. */
  wake(account: string, oauth: ClaudeOAuth | null = this.client): Connection {
    const sql = this.storage(account);
    return new Connection({
      sql,
      kv: this.kv as unknown as RecordKv,
      keys: this.keys,
      account,
      flows: new OneTimeFlows(sql, this.keys, account),
      oauth,
      baseUrl: 'https://claude.example',
      now: () => this.now,
      wait: async (ms) => {
        await new Promise((resolve) => setImmediate(resolve));
        this.now += ms;
      },
      sync: async () => {
        await new Promise((resolve) => setImmediate(resolve));
        this.steps.push('durable');
      },
      schedule: () => undefined,
      fetch: this.fetch,
    });
  }

  storage(account: string): SqlStorage {
    const known = this.#stores.get(account);
    const store = known ?? nodeStore();
    if (!known) createTables(store, accountSchema);
    this.#stores.set(account, store);
    return store.sql as unknown as SqlStorage;
  }

  /** Connects an account by OAuth, with the code that the server displays. */
  async connected(account: string): Promise<Connection> {
    const connection = this.wake(account);
    const started = await connection.startOAuth();
    if (!started.ok) throw new Error(started.detail);
    const redirect = this.server.authorize(new URL(started.value.url));
    const { searchParams: query } = redirect;
    const finished = await connection.finishOAuth(`${query.get('code')}#${query.get('state')}`);
    if (!finished.ok) throw new Error(finished.detail);
    return connection;
  }

  /** Advances the clock. */
  pass(ms: number): void {
    this.now += ms;
  }

  readonly fetch: typeof fetch = async (input, init) => {
    const request = new Request(input as string, init as RequestInit);
    await new Promise((resolve) => setImmediate(resolve));
    if (request.url.startsWith('https://claude.example/v1/models')) return this.#models(request);
    if (request.method !== 'POST' || request.url !== this.client.tokenUrl)
      throw new Error(`Nobody is at ${request.url}`);
    this.steps.push('token request');
    try {
      const { status, headers, body } = await this.server.token(
        request.headers.get('Content-Type') ?? '',
        await request.text(),
      );
      return Response.json(body, { status, headers: headers as Record<string, string> });
    } catch (error) {
      throw error instanceof Dropped ? new TypeError('fetch failed') : error;
    }
  };

  #models(request: Request): Response {
    this.modelRequests += 1;
    if (this.models === 'down') throw new TypeError('fetch failed');
    const token = request.headers.get('Authorization')?.slice('Bearer '.length) ?? '';
    const isGood = token.startsWith('sk-good') || this.server.accepts(token);
    if (this.models === 200 && isGood)
      return Response.json({
        data: [{ id: 'claude-haiku-5-5', display_name: 'Claude Haiku 5.5' }, { id: 'claude-opus-5-5' }],
        has_more: false,
      });
    const status = this.models === 200 ? 401 : this.models;
    const error = { type: 'some_error', message: `invalid x-api-key ${token}` };
    return Response.json({ type: 'error', error }, { status });
  }
}
