import { AsyncLocalStorage } from 'node:async_hooks';
import { installClock, realWait, shownNow } from './clock.ts';
import type { Call, CallKind, Ledger, StatementCount } from './ledger.ts';

/** An object: its class and id. */
export interface ObjectKey {
  className: string;
  id: string;
}

/** In whose name code runs: an object's, or the Worker's (null), and in which call. */
interface Scope {
  object: ObjectKey | null;
  call: number | null;
}

const workerScope: Scope = { object: null, call: null };

const nameOf = ({ className, id }: ObjectKey): string => `${className} ${id}`;

/**
 * Counts what the Worker and its objects do. One instance for the whole isolate, in which miniflare runs them all; hence calls are matched
 * with their callers by order, and nothing travels with a call.
 */
class Meter {
  readonly #scopes = new AsyncLocalStorage<Scope>();
  /** Calls that have left their caller and not reached the object yet, by object and method. */
  readonly #underway = new Map<string, { caller: string; parent: number | null }[]>();
  readonly #awake = new Map<string, { count: number; since: number }>();
  #order = 0;
  #calls: Call[] = [];
  #statements = new Map<string, StatementCount>();
  #kv: Ledger['kv'] = { read: 0, write: 0, delete: 0, list: 0 };
  #awakeMs: Record<string, number> = {};
  #left: Ledger['left'] = null;
  /** Real milliseconds by which each call between objects is held up, so that calls at the same time overlap. */
  holdMs = 0;
  /** Requests to this origin's `/v1/messages` are those to Claude. */
  claude = '';

  reset(): void {
    this.#calls = [];
    this.#statements = new Map();
    this.#kv = { read: 0, write: 0, delete: 0, list: 0 };
    this.#awakeMs = {};
    this.#left = null;
    const now = shownNow();
    for (const awake of this.#awake.values()) awake.since = now;
  }

  ledger(): Ledger {
    const [calls, statements, kv] = [this.#calls, [...this.#statements.values()], this.#kv];
    return { calls, statements, kv, awakeMs: this.#awakeMs, left: this.#left };
  }

  /** Whether any object could not hibernate now. */
  get isBusy(): boolean {
    return this.#awake.size > 0;
  }

  /** Runs an object's constructor in its name. */
  construct<T>(object: ObjectKey, run: () => T): T {
    return this.#scopes.run({ object, call: null }, run);
  }

  /** Notes that the present scope calls an object. */
  calling(callee: ObjectKey, method: string): void {
    const { object, call } = this.#scopes.getStore() ?? workerScope;
    const key = `${nameOf(callee)} ${method}`;
    const waiting = this.#underway.get(key) ?? [];
    waiting.push({ caller: object?.className ?? 'Worker', parent: call });
    this.#underway.set(key, waiting);
  }

  /** Serves a call of an object. A method that the object calls itself is not counted. */
  serve(object: ObjectKey, method: string, run: () => unknown): unknown {
    const known = eventHandlers[method];
    const from = this.#underway.get(`${nameOf(object)} ${method}`)?.shift();
    if (known !== undefined) return this.#call(known, { object, method, caller: 'runtime', parent: null }, run);
    if (!from) return run();
    return this.#call(method === 'fetch' ? 'fetch' : 'rpc', { object, method, ...from }, run);
  }

  /** Serves a request to the Worker. */
  request(method: string, run: () => unknown): unknown {
    return this.#call('request', { object: null, method, caller: 'client', parent: null }, run);
  }

  /** An object has something under way, and cannot hibernate until `end` is called. */
  keepAwake(object: ObjectKey): () => void {
    const key = nameOf(object);
    const awake = this.#awake.get(key) ?? { count: 0, since: shownNow() };
    awake.count++;
    this.#awake.set(key, awake);
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      awake.count--;
      if (awake.count > 0) return;
      this.#awake.delete(key);
      this.#awakeMs[object.className] = (this.#awakeMs[object.className] ?? 0) + shownNow() - awake.since;
    };
  }

  /** As `keepAwake`, for the object in whose name code runs. */
  keepScopeAwake(): () => void {
    const object = this.#scopes.getStore()?.object;
    return object ? this.keepAwake(object) : () => undefined;
  }

  rows(owner: string, text: string, read: number, written: number, times = 1): void {
    const statement = text.replace(/\s+/g, ' ').trim();
    const key = `${owner} ${statement}`;
    const count = this.#statements.get(key) ?? { owner, statement, times: 0, read: 0, written: 0 };
    count.times += times;
    count.read += read;
    count.written += written;
    this.#statements.set(key, count);
  }

  kv(what: keyof Ledger['kv']): void {
    this.#kv[what]++;
  }

  /** A request leaves for somewhere else. */
  leaves(url: string): void {
    if (this.#left || !url.startsWith(`${this.claude}/v1/messages`)) return;
    this.#left = { at: ++this.#order, call: this.#scopes.getStore()?.call ?? null };
  }

  #call(
    kind: CallKind,
    { object, ...names }: { object: ObjectKey | null; method: string; caller: string; parent: number | null },
    run: () => unknown,
  ): Promise<unknown> {
    const callee = object?.className ?? 'Worker';
    const id = ++this.#order;
    const call: Call = { id, kind, callee, ...names, began: id, ended: null };
    this.#calls.push(call);
    const rest = object ? this.keepAwake(object) : () => undefined;
    return this.#scopes.run({ object, call: id }, async () => {
      try {
        if (this.holdMs > 0 && (kind === 'rpc' || kind === 'fetch')) await realWait(this.holdMs);
        return await run();
      } finally {
        call.ended = ++this.#order;
        rest();
      }
    });
  }
}

const eventHandlers: Record<string, CallKind | undefined> = {
  alarm: 'alarm',
  webSocketMessage: 'message',
  webSocketClose: 'close',
};

export const meter = new Meter();

/** Installs the clock, and watches for requests to Claude. */
export function installMeter(): void {
  installClock({ onTimer: () => meter.keepScopeAwake() });
  const realFetch = globalThis.fetch.bind(globalThis);
  globalThis.fetch = (input: RequestInfo | URL, init?: RequestInit) => {
    meter.leaves(input instanceof Request ? input.url : String(input));
    return realFetch(input, init);
  };
}
