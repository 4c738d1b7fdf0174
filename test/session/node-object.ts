import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SyncedBoot } from '../../src/sandbox/container-file-sync.ts';
import { noSandbox } from '../../src/sandbox/no-sandbox.ts';
import type { Sandbox } from '../../src/sandbox/sandbox-interface.ts';
import { SessionContext } from '../../src/session/session-context.ts';
import { sessionSchema } from '../../src/session/storage/session-schema.ts';
import { ClaudeSignalLog } from '../../src/session/turn/claude-signal-log.ts';
import type { PromptRequest } from '../../src/session/turn/prompt-queue.ts';
import { TurnRunner, type TurnRunnerDeps } from '../../src/session/turn/turn-runner.ts';
import type { TurnRow } from '../../src/session/turn/turn-store.ts';
import { readSettings } from '../../src/settings.ts';
import { createTables, migrate } from '../../src/storage/migrate.ts';
import { nodeStore } from '../support/node-sql.ts';

// The runtime's own stream, which passes bytes on as they come.
Object.assign(globalThis, { IdentityTransformStream: TransformStream });

/** A copy of the object's storage after one of its commits, in a file. */
export interface Snapshot {
  file: string;
  /** Sequence number of the newest event delivered by then. */
  delivered: number;
}

/**
 * A session object in Node: the real context and the real runner over a SQLite file. Its storage commits as a Durable Object's does, only
 * more often: everything written without an `await` in between is one transaction, and `sync` waits for its end.
 */
export class NodeObject {
  readonly context: SessionContext;
  readonly runner: TurnRunner;
  /** One per commit. */
  readonly snapshots: Snapshot[] = [];
  readonly settled: { turn: string; counted: boolean }[] = [];
  delivered = 0;
  readonly #store: ReturnType<typeof nodeStore>;
  readonly #folder: string | null;
  readonly #model: string;
  readonly #work: Promise<unknown>[] = [];
  #commit: Promise<void> | null = null;

  /** @param folder for the copies of the storage after each commit; null: no copies */
  constructor(
    file: string,
    env: Record<string, string>,
    folder: string | null = null,
    sandbox: (lastFilled: SyncedBoot, idleSeconds: () => number | undefined) => Sandbox = () =>
      noSandbox('Nothing runs here.'),
    model = 'claude-haiku-5-5',
  ) {
    this.#model = model;
    this.#folder = folder;
    this.#store = nodeStore(file);
    const { sql, transactionSync } = this.#store;
    const storage = {
      sql: {
        exec: (query: string, ...bindings: unknown[]) => {
          if (/^\s*(INSERT|UPDATE|DELETE)/i.test(query)) this.#commit ??= this.#committed();
          return sql.exec(query, ...bindings);
        },
        databaseSize: 0,
      },
      transactionSync,
      sync: async () => {
        await this.#commit;
      },
    };
    if (!migrate(this.#store, [sessionSchema]).has(sessionSchema)) this.#create();
    const ctx = {
      storage,
      getWebSockets: () => [],
      abort: (reason: string) => {
        throw new Error(reason);
      },
    };
    this.context = new SessionContext(ctx as unknown as DurableObjectState, sandbox, {
      maxProjectBytes: Number.POSITIVE_INFINITY,
      visitorProjectDays: 0,
      clockOffsetMs: 0,
    });
    const deliver = this.context.streams.deliver.bind(this.context.streams);
    this.context.streams.deliver = (events) => {
      this.delivered = events.findLast(({ seq }) => seq !== null)?.seq ?? this.delivered;
      deliver(events);
    };
    this.runner = new TurnRunner(this.context, this.#deps(env));
  }

  /** Admits and runs a turn to its end. */
  async build(request: Partial<PromptRequest> = {}): Promise<TurnRow> {
    const whole = { prompt: 'Build it.', model: null, attachments: [], ...request };
    const turn = await this.runner.start(whole, '127.0.0.1');
    await this.rest();
    return turn;
  }

  /** Resolves when no background work is left. */
  async rest(): Promise<void> {
    for (let done = -1; done !== this.#work.length; ) {
      done = this.#work.length;
      await Promise.all(this.#work);
    }
    await this.#commit;
  }

  close(): void {
    this.#store.database.close();
  }

  #create(): void {
    createTables(this.#store, sessionSchema);
    for (const [key, value] of Object.entries({
      id: 'session',
      owner: 'visitor',
      title: '',
      model: this.#model,
      label: 'label',
      revision: '0',
    }))
      this.#store.sql.exec('INSERT INTO meta (key, value) VALUES (?, ?)', key, value);
  }

  async #committed(): Promise<void> {
    await null;
    if (this.#folder !== null) {
      const file = join(this.#folder, `${this.snapshots.length}.sqlite`);
      this.#store.database.exec(`VACUUM INTO '${file}'`);
      this.snapshots.push({ file, delivered: this.delivered });
    }
    this.#commit = null;
  }

  #deps(env: Record<string, string>): TurnRunnerDeps {
    const account = {
      admit: async ({ turn }: { turn: string }) => ({
        ok: true,
        lease: {
          turn,
          payer: 'trial',
          trial: { used: 1, limit: 6 },
          model: this.#model,
          source: 'shared',
          credential: { kind: 'api_key', key: 'sk-test' },
        },
      }),
      settle: async (settlement: { turn: string; counted: boolean }) => void this.settled.push(settlement),
      rememberProject: async () => true,
    };
    const treasury = { reserve: async () => true, settle: async () => undefined };
    return {
      settings: readSettings({
        PREVIEW_HOST: 'localhost',
        SESSION_SECRET: 'x'.repeat(32),
        VAULT_KEYS: JSON.stringify({ active: 'k1', keys: { k1: 'A'.repeat(43) } }),
        CLAUDE_RETRY_BASE_MS: '1',
        ...env,
      }),
      previewUrl: () => 'http://label.localhost/',
      owner: () => account as unknown as ReturnType<TurnRunnerDeps['owner']>,
      treasury: () => treasury as unknown as ReturnType<TurnRunnerDeps['treasury']>,
      signals: new ClaudeSignalLog({
        writeLine: () => undefined,
        posthog: null,
        fetch,
        waitUntil: () => undefined,
      }),
      waitUntil: (promise) => void this.#work.push(promise),
      scheduleAlarm: async () => undefined,
      discardSession: async () => undefined,
    };
  }
}

/** A temporary folder, to be removed by the test. */
export function scratch(): { folder: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'redraw-object-'));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
