import { DurableObject } from 'cloudflare:workers';
import type { Account } from '../account/account.ts';
import { defaultModel } from '../claude/model-catalogue.ts';
import type { Treasury } from '../operator/treasury.ts';
import { previewUrl } from '../preview/preview-host.ts';
import type { PreviewRequest, PreviewResponse } from '../preview/serve-project-file.ts';
import type { ProxyTarget } from '../preview/server-proxy.ts';
import { newId } from '../protocol/id.ts';
import { ProblemError } from '../protocol/problems.ts';
import type { PreviewReport, QueuePatch } from '../protocol/requests.ts';
import type { FileEntry, SessionDetail, VersionEntry } from '../protocol/resources.ts';
import { type RpcResult, rpcResult } from '../protocol/rpc-result.ts';
import type { SyncedBoot } from '../sandbox/container-file-sync.ts';
import type { ContainerNamespace } from '../sandbox/container-rpc.ts';
import { containerSandbox } from '../sandbox/container-sandbox.ts';
import { noSandbox } from '../sandbox/no-sandbox.ts';
import type { Sandbox } from '../sandbox/sandbox-port.ts';
import { readSettings, type SettingsEnv } from '../settings.ts';
import { Workspace } from '../workspace/workspace.ts';
import { compactEndedTurns, nextCompaction } from './events/event-compaction.ts';
import { moveVersion, putFile, type VersionMove } from './manual-edits.ts';
import type { PreviewLabel } from './preview/preview-label.ts';
import { previewOf } from './preview/serve-preview.ts';
import { assertClaudeModel, assertFiles } from './prompt-checks.ts';
import { SessionContext } from './session-context.ts';
import { sessionDetail } from './session-detail.ts';
import { createSessionTables, hasSessionTables } from './storage/session-tables.ts';
import type { PromptRequest } from './turn/prompt-queue.ts';
import { SignalLog } from './turn/signal-log.ts';
import { TurnRunner } from './turn/turn-runner.ts';

/** How often a running turn is looked after, should its object be gone. Milliseconds. */
const heartbeatMs = 30_000;

export interface SessionEnv extends SettingsEnv {
  ACCOUNT: DurableObjectNamespace<Account>;
  TREASURY: DurableObjectNamespace<Treasury>;
  PREVIEW_LABEL: DurableObjectNamespace<PreviewLabel>;
  /** The containers' Worker, where there is one. */
  SANDBOX?: ContainerNamespace;
  /** Where Claude's signals are counted; absent where the deployment has no Analytics Engine. */
  SIGNALS?: AnalyticsEngineDataset;
}

/** Who calls, and from which page. */
export interface Caller {
  visitor: string;
  /** The origin on which Redraw is open: it may frame the preview. */
  origin: string;
}

export interface ChatInput extends PromptRequest, Caller {
  session: string;
  /** The address that the prompt came from. */
  address: string;
  /** The session is new: it is created with this turn, or not at all. */
  create: boolean;
}

/** How a prompt was taken. */
export type ChatAnswer =
  | { kind: 'stream'; stream: ReadableStream<Uint8Array> }
  | { kind: 'queued'; queued: string; position: number };

/** The Durable Object of one project: its turns, event log, streams and workspace. */
export class Session extends DurableObject<SessionEnv> {
  readonly #settings = readSettings(this.env);
  readonly #signals = new SignalLog({
    line: (text) => console.log(text),
    points: this.env.SIGNALS,
    posthog: this.#settings.posthog,
    fetch: (input, init) => fetch(input, init),
    waitUntil: (promise) => this.ctx.waitUntil(promise),
  });
  #parts: SessionContext | null = null;
  #runner: TurnRunner | null = null;
  #alarmAt: number | null = null;

  constructor(ctx: DurableObjectState, env: SessionEnv) {
    super(ctx, env);
    if (!hasSessionTables(ctx.storage.sql)) return;
    this.#open();
    this.#runner?.resume();
    ctx.waitUntil(this.#runner?.settle() ?? Promise.resolve());
  }

  /** Takes a prompt: starts a turn and answers with its events, or queues it behind the one that runs. */
  chat(input: ChatInput): Promise<RpcResult<ChatAnswer>> {
    return rpcResult(async () => {
      assertClaudeModel(input.model);
      const { prompt, model, attachments, address, force = false, notBefore = null } = input;
      const request = { prompt, model, attachments, force, notBefore };
      if (input.create && notBefore !== null) throw notNow();
      if (input.create) return this.#startNew(input, request);
      const { parts, runner } = this.#owned(input);
      assertFiles(attachments, (path) => parts.workspace.stat(path) !== null);
      const waits = (): boolean => !parts.idle() || (notBefore !== null && notBefore > Date.now());
      // One that starts now is refused by its admission.
      if (model !== null && waits()) await this.#assertAllowed(input.visitor, model);
      if (waits()) {
        const id = newId();
        const position = parts.queue.add(id, request, address);
        parts.log.emit({ type: 'queued', data: { items: parts.queue.items() } }, null);
        // The prompt that was waiting before may have become due just now.
        runner.advance();
        await this.#schedule();
        return { kind: 'queued', queued: id, position };
      }
      const turn = await runner.start(request, address);
      return { kind: 'stream', stream: parts.streams.open((turn.firstSeq ?? 1) - 1, turn.id) };
    });
  }

  /** Makes an empty session. */
  createEmpty(session: string, caller: Caller): Promise<RpcResult<{ session: string; previewUrl: string }>> {
    return rpcResult(async () => {
      await this.#create(session, caller, 'live');
      if (!(await this.#account(caller.visitor).rememberProject(session, ''))) {
        await this.#destroy();
        throw new ProblemError('not_found', 'There is no such account. Reload the page.');
      }
      return { session, previewUrl: this.#previewUrl() };
    });
  }

  /**
   * The events after `after`; null: from the current turn on.
   *
   * @returns null where there is nothing to give and nothing to wait for
   */
  events(caller: Caller, after: number | null): Promise<RpcResult<ReadableStream<Uint8Array> | null>> {
    return rpcResult(() => {
      const { parts } = this.#owned(caller);
      const from = after ?? (parts.turns.active()?.firstSeq ?? parts.log.seq + 1) - 1;
      if (parts.idle() && from >= parts.log.seq) return null;
      return parts.streams.open(Math.min(from, parts.log.seq), null);
    });
  }

  /** `/watch`: the one request that needs to be one, because a WebSocket does not travel by RPC. */
  override async fetch(request: Request): Promise<Response> {
    const { searchParams } = new URL(request.url);
    const parts = this.#parts;
    if (!parts || this.#isGone() || parts.meta.need('owner') !== searchParams.get('visitor'))
      return new Response(null, { status: 404 });
    const response = parts.watchers.accept(parts.log.durableSeq, searchParams.get('preview') === '1');
    parts.preview.arrived();
    return response;
  }

  override webSocketMessage(): void {
    // Watchers only listen.
  }

  /** A browser waits for this answer before its socket is closed. */
  override webSocketClose(socket: WebSocket): void {
    socket.close();
  }

  detail(caller: Caller): Promise<RpcResult<SessionDetail>> {
    return rpcResult(() => {
      const { parts } = this.#owned(caller);
      return sessionDetail(parts, this.#previewUrl());
    });
  }

  rename(caller: Caller, title: string): Promise<RpcResult<{ title: string }>> {
    return rpcResult(async () => {
      const { parts } = this.#owned(caller);
      parts.meta.set({ title, title_by: 'visitor' });
      parts.log.emit({ type: 'title', data: { title } }, null);
      await this.#account(caller.visitor).rememberProject(parts.meta.need('id'), title);
      return { title };
    });
  }

  /** Deletes the project. From now on it is not found; what is owed to the account is settled before its storage goes. */
  remove(caller: Caller): Promise<RpcResult<null>> {
    return rpcResult(async () => {
      this.#owned(caller);
      await this.#remove();
      return null;
    });
  }

  /**
   * Deletes the project with its owner's account.
   *
   * @returns whether it is gone, or was never that owner's
   */
  async erase(owner: string): Promise<boolean> {
    if (this.#parts?.meta.get('owner') !== owner) return true;
    await this.#remove();
    return this.#parts === null;
  }

  /** Hands the project over, where it is `from`'s: the visitor has become a user. What runs, waits or is watched goes on. */
  changeOwner(from: string, to: string): void {
    const meta = this.#parts?.meta;
    if (meta?.get('owner') === from) meta.set({ owner: to });
  }

  stop(caller: Caller): Promise<RpcResult<null>> {
    return rpcResult(async () => {
      await this.#owned(caller).runner.stop();
      return null;
    });
  }

  /** Undo, redo and revert: a new version forward. */
  move(caller: Caller, how: VersionMove): Promise<RpcResult<{ version: number }>> {
    return rpcResult(() => {
      const parts = this.#resting(caller);
      return { version: moveVersion(parts, how, Date.now()) };
    });
  }

  history(caller: Caller): Promise<RpcResult<VersionEntry[]>> {
    return rpcResult(() => this.#owned(caller).parts.workspace.history());
  }

  files(caller: Caller, version?: number): Promise<RpcResult<FileEntry[]>> {
    return rpcResult(() => this.#owned(caller).parts.workspace.list(version));
  }

  file(caller: Caller, path: string, version?: number): Promise<RpcResult<{ bytes: Uint8Array; hash: string }>> {
    return rpcResult(() => {
      const { workspace } = this.#owned(caller).parts;
      const entry = workspace.stat(path, version);
      const bytes = entry && workspace.read(path, version);
      if (!entry || !bytes) throw new ProblemError('not_found', 'There is no such file.');
      return { bytes, hash: entry.hash };
    });
  }

  /** An edit by hand or an upload: a version of its own. */
  putFile(caller: Caller, path: string, bytes: Uint8Array): Promise<RpcResult<{ version: number }>> {
    return rpcResult(() => {
      const parts = this.#resting(caller);
      return { version: putFile(parts, path, bytes, Date.now()) };
    });
  }

  exportZip(caller: Caller): Promise<RpcResult<{ title: string; zip: ReadableStream<Uint8Array> }>> {
    return rpcResult(() => {
      const { parts } = this.#owned(caller);
      return { title: parts.meta.need('title'), zip: parts.workspace.exportZip() };
    });
  }

  queueRemove(caller: Caller, item: string): Promise<RpcResult<null>> {
    return this.#changeQueue(caller, (parts) => parts.queue.remove(item));
  }

  queueChange(caller: Caller, item: string, patch: QueuePatch): Promise<RpcResult<null>> {
    return this.#changeQueue(caller, (parts) => parts.queue.change(item, patch));
  }

  chooseModel(caller: Caller, model: string): Promise<RpcResult<{ model: string }>> {
    return rpcResult(async () => {
      this.#owned(caller);
      assertClaudeModel(model);
      await this.#assertAllowed(caller.visitor, model);
      this.#owned(caller).parts.meta.set({ model });
      return { model };
    });
  }

  /** Gives the preview a new label; the old one is dead. */
  resetPreview(caller: Caller): Promise<RpcResult<{ previewUrl: string }>> {
    return rpcResult(async () => {
      const { parts } = this.#owned(caller);
      const old = parts.meta.need('label');
      const label = newId();
      await this.#point(label, parts.meta.need('id'));
      parts.meta.set({ label });
      await this.env.PREVIEW_LABEL.getByName(old).forget();
      parts.preview.reload();
      return { previewUrl: this.#previewUrl() };
    });
  }

  reportPreview(caller: Caller, report: PreviewReport): Promise<RpcResult<null>> {
    return rpcResult(() => {
      this.#owned(caller).parts.preview.report(report);
      return null;
    });
  }

  /** Answers a request on the preview's own host; null where the label is not, or not any more, this session's. */
  preview(label: string, version: number | null, request: PreviewRequest): PreviewResponse | ProxyTarget | null {
    const parts = this.#parts;
    if (!parts || this.#isGone() || parts.meta.need('label') !== label) return null;
    const { wanted, isServing } = parts.sandbox;
    if (version !== null || !wanted || !isServing) return previewOf(parts, version, request);
    return {
      sandbox: this.ctx.id.toString(),
      port: wanted.port,
      revision: parts.preview.revision,
      frameAncestors: [parts.meta.need('origin')],
    };
  }

  /** The server of a preview did not answer: its container slept, or was lost. */
  wakeServer(label: string): void {
    const parts = this.#parts;
    if (!parts || this.#isGone() || parts.meta.need('label') !== label || !parts.sandbox.isServing) return;
    this.ctx.waitUntil(parts.sandbox.wake());
  }

  /** Whether the project's container runs. To ask does not wake it. */
  sandboxState(caller: Caller): Promise<RpcResult<{ awake: boolean }>> {
    return rpcResult(async () => ({ awake: await this.#owned(caller).parts.sandbox.sandbox.isAwake() }));
  }

  /** Ends the command that runs in the container; the turn goes on. */
  stopCommand(caller: Caller): Promise<RpcResult<null>> {
    return rpcResult(() => {
      if (!this.#owned(caller).parts.sandbox.stopCommand())
        throw new ProblemError('not_found', 'No command is running.');
      return null;
    });
  }

  /** Opens hosts to what runs in the container, and no others but the package registries. */
  allowHosts(caller: Caller, hosts: string[]): Promise<RpcResult<{ hosts: string[] }>> {
    return rpcResult(async () => {
      const { sandbox } = this.#owned(caller).parts;
      const { commands, why } = sandbox.sandbox.capabilities;
      if (!commands) throw new ProblemError('not_found', why ?? 'There is no container here.');
      await sandbox.allow(hosts);
      return { hosts };
    });
  }

  /** What the server of the project has printed last. */
  serverLog(caller: Caller): Promise<RpcResult<{ log: string; running: boolean }>> {
    return rpcResult(async () => {
      const { sandbox } = this.#owned(caller).parts;
      if (!sandbox.isServing) throw new ProblemError('not_found', 'No server was started.');
      return sandbox.serverLog();
    });
  }

  /** Ends the server of the project: the preview shows the files again. */
  stopServer(caller: Caller): Promise<RpcResult<null>> {
    return rpcResult(async () => {
      const { preview, sandbox } = this.#owned(caller).parts;
      if (!sandbox.isServing) throw new ProblemError('not_found', 'No server was started.');
      await sandbox.stopServing();
      preview.replace();
      return null;
    });
  }

  /** Looks after a running turn, repeats settlements, compacts what has ended. */
  override async alarm(): Promise<void> {
    this.#alarmAt = null;
    if (!this.#parts) return;
    try {
      this.#runner?.resume();
      if (!this.#isLasting() && !this.#parts.turns.active()) return await this.#destroy();
      await this.#runner?.settle();
      compactEndedTurns(this.#parts, Date.now());
      this.#parts.workspace.collectGarbage([]);
    } finally {
      await this.#schedule();
    }
  }

  #open(): SessionContext {
    const parts = new SessionContext(this.ctx, (filled) => this.#sandbox(filled));
    this.#parts = parts;
    this.#runner = new TurnRunner(parts, {
      settings: this.#settings,
      previewUrl: () => this.#previewUrl(),
      account: (visitor) => this.#account(visitor),
      treasury: () => this.env.TREASURY.getByName('treasury'),
      signals: this.#signals,
      waitUntil: (promise) => this.ctx.waitUntil(promise),
      schedule: () => this.#schedule(),
      discard: () => this.#destroy(),
    });
    return parts;
  }

  #sandbox(filled: SyncedBoot): Sandbox {
    const containers = this.env.SANDBOX;
    if (containers) return containerSandbox(() => containers.getByName(this.ctx.id.toString()), filled);
    return noSandbox(this.#settings.noContainers ?? 'This deployment of Redraw has no containers.');
  }

  /** Creates the session; resolves once its preview has an address. */
  #create(session: string, caller: Caller, state: 'new' | 'live'): Promise<void> {
    if (this.#parts) throw new ProblemError('not_found', 'There is no such project.');
    createSessionTables(this.ctx.storage.sql);
    Workspace.createTables(this.ctx.storage.sql);
    const { meta } = this.#open();
    const label = newId();
    const now = String(Date.now());
    meta.set({
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
    return this.#point(label, session);
  }

  /** Starts the first turn of a session that is made with it, or not at all: of a refused prompt nothing is kept. */
  async #startNew(input: ChatInput, request: PromptRequest): Promise<ChatAnswer> {
    assertFiles(request.attachments, () => false);
    const pointing = this.#create(input.session, input, 'new');
    const runner = this.#runner;
    const parts = this.#parts;
    if (!runner || !parts) throw new Error('The session was not created.');
    const [started, pointed] = await Promise.allSettled([runner.start(request, input.address), pointing]);
    if (started.status === 'fulfilled' && pointed.status === 'fulfilled') {
      const turn = started.value;
      return { kind: 'stream', stream: parts.streams.open((turn.firstSeq ?? 1) - 1, turn.id) };
    }
    parts.meta.set({ state: 'gone' });
    await runner.stop();
    await this.#destroy();
    throw started.status === 'rejected' ? started.reason : (pointed as PromiseRejectedResult).reason;
  }

  async #remove(): Promise<void> {
    const parts = this.#parts;
    if (!parts) return;
    parts.meta.set({ state: 'gone' });
    for (const { id } of parts.queue.items()) parts.queue.remove(id);
    await this.#runner?.stop();
    await this.#destroy();
  }

  /** Deletes all there is, once the account knows of every turn and of the end of the session; until then the alarm comes back to it. */
  async #destroy(): Promise<void> {
    const parts = this.#parts;
    if (!parts) return;
    parts.meta.set({ state: 'gone' });
    parts.streams.closeAll();
    parts.watchers.closeAll();
    await this.#schedule();
    const label = this.env.PREVIEW_LABEL.getByName(parts.meta.need('label'));
    const account = this.#account(parts.meta.need('owner'));
    try {
      await Promise.all([
        label.forget(),
        account.forgetProject(parts.meta.need('id')),
        parts.meta.get('filled') === undefined ? null : parts.sandbox.sandbox.destroy(),
      ]);
      if (!(await this.#runner?.settle(true))) return;
    } catch {
      return;
    }
    if (this.#parts !== parts) return;
    this.#parts = null;
    this.#runner = null;
    this.#alarmAt = null;
    await this.ctx.storage.deleteAlarm();
    await this.ctx.storage.deleteAll();
  }

  /** @throws ProblemError `not_found` where there is no such session, or it is somebody else's */
  #owned(caller: Caller): { parts: SessionContext; runner: TurnRunner } {
    const parts = this.#parts;
    const runner = this.#runner;
    if (!parts || !runner || this.#isGone() || parts.meta.need('owner') !== caller.visitor)
      throw new ProblemError('not_found', 'There is no such project.');
    parts.meta.set({ origin: caller.origin });
    return { parts, runner };
  }

  /** Whether the session is being deleted. */
  #isGone(): boolean {
    return this.#parts?.meta.get('state') === 'gone';
  }

  /** Whether the session is neither being deleted nor waiting for its first turn to be admitted. */
  #isLasting(): boolean {
    return this.#parts?.meta.get('state') === 'live';
  }

  /** As `#owned`, where no turn may be running. */
  #resting(caller: Caller): SessionContext {
    const { parts } = this.#owned(caller);
    if (parts.turns.active()) throw new ProblemError('turn_in_progress', 'Wait for the turn to end, or stop it.');
    return parts;
  }

  #changeQueue(caller: Caller, change: (parts: SessionContext) => void): Promise<RpcResult<null>> {
    return rpcResult(async () => {
      const { parts, runner } = this.#owned(caller);
      change(parts);
      parts.log.emit({ type: 'queued', data: { items: parts.queue.items() } }, null);
      // Its time may have come by the change.
      runner.advance();
      await this.#schedule();
      return null;
    });
  }

  /** @throws ProblemError `subscription_required` where who pays does not allow the model */
  async #assertAllowed(visitor: string, model: string): Promise<void> {
    const refusal = await this.#account(visitor).modelRefusal(model);
    if (refusal !== null) throw new ProblemError('subscription_required', refusal);
  }

  #account(visitor: string): DurableObjectStub<Account> {
    return this.env.ACCOUNT.getByName(visitor);
  }

  #point(label: string, session: string): Promise<void> {
    return this.env.PREVIEW_LABEL.getByName(label).point(session);
  }

  #previewUrl(): string {
    const parts = this.#parts;
    if (!parts) throw new Error('The session does not exist.');
    const protocol = new URL(parts.meta.need('origin')).protocol;
    return previewUrl(parts.meta.need('label'), this.#settings.previewHost, protocol);
  }

  /** Sets the alarm to when it is next needed. */
  async #schedule(): Promise<void> {
    const parts = this.#parts;
    if (!parts) return;
    const now = Date.now();
    const running = parts.turns.active() !== null;
    const due = [
      running || !this.#isLasting() ? now + heartbeatMs : null,
      parts.outbox.dueAt(),
      // What waits for the running turn starts when that has ended.
      running ? null : parts.queue.dueAt(),
      nextCompaction(parts),
    ];
    const next = Math.min(...due.filter((at) => at !== null));
    if (next === Number.POSITIVE_INFINITY || (this.#alarmAt !== null && this.#alarmAt > now && this.#alarmAt <= next))
      return;
    this.#alarmAt = Math.max(next, now + 1);
    await this.ctx.storage.setAlarm(this.#alarmAt);
  }
}

function notNow(): ProblemError {
  const message = 'Only a prompt of a project that is there can be set to a time.';
  return new ProblemError('invalid_request', message, { issues: [{ path: 'notBefore', message }] });
}
