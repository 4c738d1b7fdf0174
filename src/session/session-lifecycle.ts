import type { Account } from '../account/account.ts';
import { defaultModel } from '../claude/model-catalogue.ts';
import { outboundFetch } from '../net/outbound-fetch.ts';
import { newId } from '../protocol/id.ts';
import { ProblemError } from '../protocol/problems.ts';
import { readSettings, type Settings } from '../settings.ts';
import { createTables, migrate } from '../storage/migrate.ts';
import { AlarmSchedule } from './alarm-schedule.ts';
import type { Caller } from './caller.ts';
import { type OpenSession, openSession } from './open-session.ts';
import { pointLabel, previewUrlOf } from './preview/preview-address.ts';
import type { SessionEnv } from './session-env.ts';
import { sessionSchema } from './storage/session-schema.ts';
import { ClaudeSignalLog } from './turn/claude-signal-log.ts';
import type { PromptRequest } from './turn/prompt-queue.ts';
import type { TurnRow } from './turn/turn-store.ts';

export interface SessionLifecycleDeps {
  ctx: DurableObjectState;
  env: SessionEnv;
}

/**
 * Creation, recovery and deletion of a session: the state machine `new` → `live` → `gone`, persisted as `meta.state`. `new`: its first
 * prompt is being admitted; the begin of that turn makes it `live`. `gone`: being deleted, which the alarm repeats until nothing is left.
 * A session that does not exist has no tables.
 */
export class SessionLifecycle {
  readonly #ctx: DurableObjectState;
  readonly #env: SessionEnv;
  readonly #settings: Settings;
  readonly #signals: ClaudeSignalLog;
  readonly #alarm: AlarmSchedule;
  #session: OpenSession | null = null;

  constructor({ ctx, env }: SessionLifecycleDeps) {
    this.#ctx = ctx;
    this.#env = env;
    this.#settings = readSettings(env);
    this.#signals = new ClaudeSignalLog({
      writeLine: (text) => console.log(text),
      analytics: env.SIGNALS,
      posthog: this.#settings.posthog,
      fetch: outboundFetch,
      waitUntil: (promise) => ctx.waitUntil(promise),
    });
    this.#alarm = new AlarmSchedule(ctx.storage);
  }

  /** The session in any state; null: it does not exist. */
  get current(): OpenSession | null {
    return this.#session;
  }

  /** The session; null: it does not exist, or is being deleted. */
  get existing(): OpenSession | null {
    return this.#state === 'gone' ? null : this.#session;
  }

  /**
   * The session, if the caller owns it.
   *
   * @param how what the call is to the project: see `IdleExpiry`
   * @throws ProblemError `not_found`
   */
  owned(caller: Caller, how: 'look' | 'act' = 'look'): OpenSession {
    const session = this.existing;
    if (!session || session.context.meta.need('owner') !== caller.visitor) throw noProject();
    const { expiry, meta } = session.context;
    if (caller.login !== null) expiry.keep();
    else if (expiry.isOver()) {
      this.#ctx.waitUntil(this.#expire());
      throw noProject();
    } else expiry.use(how);
    meta.set({ origin: caller.origin });
    return session;
  }

  /** The URL of the session's preview. @throws Error where the session does not exist */
  previewUrl(): string {
    if (!this.#session) throw new Error('The session does not exist.');
    return previewUrlOf(this.#session.context.meta, this.#settings.previewHost);
  }

  /** Opens the session after the object was started, if it exists, and resumes what was interrupted. @throws Error as `migrate` */
  reopen(): void {
    if (!migrate(this.#ctx.storage, [sessionSchema]).has(sessionSchema)) return;
    const { context, runner } = this.#open();
    context.workspace.blobs.collectAbandoned();
    runner.resume();
    this.#ctx.waitUntil(runner.settle());
    this.#ctx.waitUntil(this.#armExpiry());
  }

  /**
   * Creates a session without a turn.
   *
   * @throws ProblemError `not_found` where the session exists already, or the caller's account does not
   */
  async createEmpty(session: string, caller: Caller): Promise<void> {
    await this.#create(session, caller, 'live').labelled;
    if (!(await this.#account(caller.visitor).rememberProject(session, ''))) {
      await this.destroy();
      throw new ProblemError('not_found', 'There is no such account. Reload the page.', { reason: 'account' });
    }
    await this.scheduleAlarm();
  }

  /**
   * Creates a session with its first turn: both or neither. Nothing of a refused prompt is kept.
   *
   * @param address the address that the prompt came from
   * @throws ProblemError where the session exists already, or the prompt is refused
   */
  async createWithTurn(
    session: string,
    caller: Caller,
    request: PromptRequest,
    address: string,
  ): Promise<OpenSession & { turn: TurnRow }> {
    const { labelled, ...open } = this.#create(session, caller, 'new');
    const { context, runner } = open;
    const [started, pointed] = await Promise.allSettled([runner.start(request, address), labelled]);
    if (started.status === 'fulfilled' && pointed.status === 'fulfilled') return { ...open, turn: started.value };
    context.meta.set({ state: 'gone' });
    await runner.stop();
    await this.destroy();
    throw started.status === 'rejected' ? started.reason : (pointed as PromiseRejectedResult).reason;
  }

  /** Deletes the session: stops its turn, drops its queue, then destroys it. */
  async remove(): Promise<void> {
    if (!this.#session) return;
    const { context, runner } = this.#session;
    context.meta.set({ state: 'gone' });
    for (const { id } of context.queue.items()) context.queue.remove(id);
    await runner.stop();
    await this.destroy();
  }

  /**
   * Deletes the session's storage once the account knows about every turn and about the end of the session. Where that fails, the session
   * stays `gone` and the alarm tries again.
   */
  async destroy(): Promise<void> {
    const session = this.#session;
    if (!session) return;
    const { meta, sandbox, streams, watchers } = session.context;
    meta.set({ state: 'gone' });
    streams.closeAll();
    watchers.closeAll();
    await this.scheduleAlarm();
    const label = this.#env.PREVIEW_LABEL.getByName(meta.need('label'));
    const account = this.#account(meta.need('owner'));
    try {
      await Promise.all([
        label.forget(),
        account.forgetProject(meta.need('id')),
        meta.get('filled') === undefined ? null : sandbox.sandbox.destroy(),
      ]);
      if (!(await this.#session?.runner.settle(true))) return;
    } catch {
      return;
    }
    if (this.#session !== session) return;
    this.#session = null;
    await this.#alarm.cancel();
    await this.#ctx.storage.deleteAll();
  }

  /** Sets the alarm to when it is next needed. */
  scheduleAlarm(): Promise<void> {
    if (!this.#session) return Promise.resolve();
    return this.#alarm.update(this.#session.context, this.#state === 'live');
  }

  /** The alarm has fired: resumes an interrupted turn or deletion, repeats settlements, collects garbage. */
  async onAlarm(): Promise<void> {
    this.#alarm.fired();
    if (!this.#session) return;
    try {
      this.#session.runner.resume();
      if (this.#state !== 'live' && !this.#session.context.turns.active()) return await this.destroy();
      await this.#session.runner.settle();
      if (await this.#expire()) return;
      this.#session.context.workspace.quota.collectGarbage();
    } finally {
      await this.scheduleAlarm();
    }
  }

  /** Deletes the session if nobody has used it for too long. @returns whether it is being deleted */
  async #expire(): Promise<boolean> {
    const session = this.#session;
    if (this.#state !== 'live' || !session?.context.expiry.isOver()) return false;
    const { expiry, meta } = session.context;
    const owner = meta.need('owner');
    // The account knows: it may be merging with a user's just now, and projects of earlier releases do not tell whose they are.
    const account = await this.#account(owner)
      .detail()
      .catch(() => null);
    if (account?.kind === 'user' && meta.get('owner') === owner) expiry.keep();
    else if (account === null) expiry.postpone();
    if (this.#session !== session || this.#state !== 'live' || account?.kind !== 'visitor' || !expiry.isOver())
      return false;
    await this.remove();
    return true;
  }

  /** Sees to it that the alarm comes when an idle session is to be deleted, also one of an earlier release. */
  async #armExpiry(): Promise<void> {
    await this.#alarm.recall();
    if (!(await this.#expire())) await this.scheduleAlarm();
  }

  get #state(): string | undefined {
    return this.#session?.context.meta.get('state');
  }

  /** Creates the tables and opens the session. `labelled` resolves once its preview has an address. */
  #create(session: string, caller: Caller, state: 'new' | 'live'): OpenSession & { labelled: Promise<void> } {
    if (this.#session) throw noProject();
    createTables(this.#ctx.storage, sessionSchema);
    const open = this.#open();
    const label = newId();
    const now = String(Date.now());
    open.context.meta.set({
      id: session,
      owner: caller.visitor,
      title: '',
      state,
      model: defaultModel,
      label,
      origin: caller.origin,
      created_at: now,
      updated_at: now,
      revision: '0',
    });
    if (caller.login === null) open.context.expiry.use('act');
    else open.context.expiry.keep();
    return { ...open, labelled: pointLabel(this.#env.PREVIEW_LABEL, label, session) };
  }

  #open(): OpenSession {
    this.#session = openSession({
      ctx: this.#ctx,
      env: this.#env,
      settings: this.#settings,
      signals: this.#signals,
      previewUrl: () => this.previewUrl(),
      scheduleAlarm: () => this.scheduleAlarm(),
      discardSession: () => this.destroy(),
    });
    return this.#session;
  }

  #account(visitor: string): DurableObjectStub<Account> {
    return this.#env.ACCOUNT.getByName(visitor);
  }
}

const noProject = (): ProblemError => new ProblemError('not_found', 'There is no such project.', { reason: 'project' });
