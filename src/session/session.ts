import { DurableObject } from 'cloudflare:workers';
import type { Account } from '../account/account.ts';
import type { ProxyTarget } from '../preview/app-server-proxy.ts';
import type { PreviewRequest } from '../preview/serve-project-file.ts';
import { ProblemError } from '../protocol/problems.ts';
import type { PreviewReport, QueuePatch } from '../protocol/requests.ts';
import type { FileEntry, SessionDetail, VersionEntry } from '../protocol/resources.ts';
import type { SessionEvidence } from '../protocol/review-resources.ts';
import { type RpcResult, rpcResult } from '../protocol/rpc-result.ts';
import { type Caller, unknownCaller } from './caller.ts';
import type { FileAnswer } from './file-transfers.ts';
import { startFresh, undoFreshStart } from './fresh-start.ts';
import { moveVersion, receiveFile, type VersionMove } from './manual-edits.ts';
import { answerPreview, type PreviewAnswer } from './preview/serve-preview.ts';
import { chooseModel, type ProjectSettingsDeps, renameProject, resetPreview } from './project-settings.ts';
import { allowHosts, serverLog, stopCommand, stopServer } from './sandbox/visitor-controls.ts';
import type { SessionContext } from './session-context.ts';
import { sessionDetail } from './session-detail.ts';
import type { SessionEnv } from './session-env.ts';
import { SessionLifecycle } from './session-lifecycle.ts';
import { type ChatAnswer, type ChatInput, takePrompt } from './take-prompt.ts';
import { usageEvidence } from './turn/usage-evidence.ts';

/**
 * The Durable Object of one project: its turns, event log, streams and workspace. A façade: its methods check the caller and call what
 * does the work. Every method that takes a `Caller` answers `not_found` to anyone but the owner.
 */
export class Session extends DurableObject<SessionEnv> {
  readonly #lifecycle = new SessionLifecycle({ ctx: this.ctx, env: this.env });

  constructor(ctx: DurableObjectState, env: SessionEnv) {
    super(ctx, env);
    this.#lifecycle.reopen();
  }

  /** Takes a prompt: starts a turn and answers with its events, or queues the prompt. */
  chat(input: ChatInput): Promise<RpcResult<ChatAnswer>> {
    const account = (visitor: string) => this.#account(visitor);
    return rpcResult(async () => {
      const answer = await takePrompt({ lifecycle: this.#lifecycle, account }, input);
      if (answer.kind === 'stream') this.#recheckLogin(input);
      return answer;
    });
  }

  /** Starts the turn in which Claude summarises the conversation. */
  freshStart(caller: Caller, address: string, force: boolean): Promise<RpcResult<{ turn: string }>> {
    return rpcResult(() => startFresh(this.#lifecycle.owned(caller, 'act'), address, force));
  }

  undoFreshStart(caller: Caller, turn?: string): Promise<RpcResult<null>> {
    return rpcResult(() => undoFreshStart(this.#ownedWithoutTurn(caller), turn));
  }

  createEmpty(session: string, caller: Caller): Promise<RpcResult<{ session: string; previewUrl: string }>> {
    return rpcResult(async () => {
      await this.#lifecycle.createEmpty(session, caller);
      return { session, previewUrl: this.#lifecycle.previewUrl() };
    });
  }

  /**
   * Streams events as SSE.
   *
   * @param after sequence number of the last event that the caller has; null: start at the current turn
   * @returns null where no event is left and none is to be expected
   */
  events(caller: Caller, after: number | null): Promise<RpcResult<ReadableStream<Uint8Array> | null>> {
    return rpcResult(() => {
      const context = this.#owned(caller);
      const { log, streams, turns } = context;
      const from = after ?? (turns.active()?.firstSeq ?? log.seq + 1) - 1;
      if (context.isIdle() && from >= log.seq) return null;
      this.#recheckLogin(caller);
      return streams.open(Math.min(from, log.seq), null, caller.login);
    });
  }

  /** `/watch`, the only HTTP request to this object: a WebSocket cannot be passed by RPC. */
  override async fetch(request: Request): Promise<Response> {
    const { searchParams } = new URL(request.url);
    const visitor = searchParams.get('visitor') ?? '';
    const login = searchParams.get('login') || null;
    const session = this.#lifecycle.existing;
    if (!session || session.context.meta.need('owner') !== visitor) return new Response(null, { status: 404 });
    const { log, preview, watchers } = session.context;
    const response = watchers.accept(log.durableSeq, searchParams.get('preview') === '1', login);
    this.#recheckLogin({ visitor, login });
    preview.recheck();
    return response;
  }

  override webSocketMessage(): void {
    // Watchers only listen.
  }

  /** Completes the closing handshake, which the browser waits for. */
  override webSocketClose(socket: WebSocket): void {
    socket.close();
  }

  detail(caller: Caller, withMessages = false): Promise<RpcResult<SessionDetail>> {
    return rpcResult(() => sessionDetail(this.#owned(caller), this.#lifecycle.previewUrl(), withMessages));
  }

  rename(caller: Caller, title: string): Promise<RpcResult<{ title: string }>> {
    return rpcResult(() => renameProject(this.#settingsDeps(caller), title));
  }

  /** Deletes the project. It is not found from now on; its storage goes once everything owed to the account is settled. */
  remove(caller: Caller): Promise<RpcResult<null>> {
    return rpcResult(async () => {
      this.#lifecycle.owned(caller);
      await this.#lifecycle.remove();
      return null;
    });
  }

  /**
   * Deletes the project together with its owner's account.
   *
   * @returns true if it is deleted completely, or does not belong to that owner
   */
  async erase(owner: string): Promise<boolean> {
    const context = this.#lifecycle.current?.context;
    if (context?.meta.get('owner') !== owner) return true;
    await this.#lifecycle.remove();
    return this.#lifecycle.current === null;
  }

  /** There are credits again, or somebody else pays: what waited for them starts. @returns false: one may be about to wait */
  endCreditWait(): boolean {
    return this.#lifecycle.existing?.runner.endCreditWait() ?? true;
  }

  /** Transfers the project if it belongs to `from`: the visitor has become a user. Turns, queue and streams continue. */
  changeOwner(from: string, to: string): void {
    const meta = this.#lifecycle.current?.context.meta;
    if (meta?.get('owner') === from) meta.set({ owner: to, keep: '1' });
  }

  /** Closes what ended logins have open, and what was opened before a sign-in: who is still signed in opens it again. The turn goes on. */
  endLogins(logins: readonly string[]): void {
    const context = this.#lifecycle.current?.context;
    for (const open of context ? [context.streams, context.transfers, context.watchers] : []) open.closeLogins(logins);
  }

  /** See `usageEvidence`. @param turns null: the newest that cost credits */
  usageEvidence(caller: Caller, turns: readonly string[] | null): Promise<RpcResult<SessionEvidence>> {
    return rpcResult(() => usageEvidence(this.#owned(caller), turns));
  }

  stop(caller: Caller): Promise<RpcResult<null>> {
    return rpcResult(async () => {
      await this.#lifecycle.owned(caller).runner.stop();
      return null;
    });
  }

  /** Undo, redo and revert: each commits a new version. */
  move(caller: Caller, how: VersionMove, address: string): Promise<RpcResult<{ version: number }>> {
    return rpcResult(async () => {
      await this.#lifecycle.owned(caller, 'act').growth.count(address);
      return { version: moveVersion(this.#ownedWithoutTurn(caller), how, Date.now()) };
    });
  }

  history(caller: Caller): Promise<RpcResult<VersionEntry[]>> {
    return rpcResult(() => this.#owned(caller).workspace.history());
  }

  /** @param version undefined: the current files */
  files(caller: Caller, version?: number): Promise<RpcResult<FileEntry[]>> {
    return rpcResult(() => this.#owned(caller).workspace.list(version));
  }

  /** @param version undefined: the current files */
  file(caller: Caller, path: string, version?: number): Promise<RpcResult<FileAnswer>> {
    return rpcResult(async () => {
      const { transfers, workspace } = this.#owned(caller);
      const entry = workspace.stat(path, version);
      if (!entry) throw new ProblemError('not_found', 'There is no such file.', { reason: 'file' });
      const body = await transfers.send(entry, 0, entry.bytes, caller.login);
      if (body instanceof ReadableStream) this.#recheckLogin(caller);
      return { body, bytes: entry.bytes, hash: entry.hash };
    });
  }

  /** Stores a file that the visitor edited or uploaded, as a version of its own, once it has arrived as a whole. */
  putFile(
    caller: Caller,
    path: string,
    body: ReadableStream<Uint8Array> | null,
    { address, bytes }: { address: string; bytes: number },
  ): Promise<RpcResult<{ version: number }>> {
    return rpcResult(async () => {
      const context = () => this.#ownedWithoutTurn(caller);
      const count = () => this.#lifecycle.owned(caller, 'act').growth.count(address, bytes);
      const confirm = () => this.#assertLogin(caller);
      return { version: await receiveFile({ context, count, confirm }, path, body, caller.login) };
    });
  }

  exportZip(caller: Caller): Promise<RpcResult<{ title: string; zip: ReadableStream<Uint8Array> }>> {
    return rpcResult(async () => {
      const { meta, transfers } = this.#owned(caller);
      this.#recheckLogin(caller);
      return { title: meta.need('title'), zip: await transfers.sendZip(caller.login) };
    });
  }

  queueRemove(caller: Caller, item: string): Promise<RpcResult<null>> {
    return this.#changeQueue(caller, ({ queue }) => queue.remove(item));
  }

  queueChange(caller: Caller, item: string, patch: QueuePatch): Promise<RpcResult<null>> {
    return this.#changeQueue(caller, ({ queue }) => queue.change(item, patch));
  }

  /** Sets the model for prompts that ask for none. */
  chooseModel(caller: Caller, model: string): Promise<RpcResult<{ model: string }>> {
    return rpcResult(() => chooseModel(this.#settingsDeps(caller), model));
  }

  /** Gives the preview a new random label; the old address stops working. */
  resetPreview(caller: Caller): Promise<RpcResult<{ previewUrl: string }>> {
    return rpcResult(() =>
      resetPreview(this.#owned(caller), this.env.PREVIEW_LABEL, () => this.#lifecycle.previewUrl()),
    );
  }

  reportPreview(caller: Caller, report: PreviewReport): Promise<RpcResult<null>> {
    return rpcResult(() => {
      this.#owned(caller).preview.report(report);
      return null;
    });
  }

  /**
   * Answers a request on the preview's own host.
   *
   * @param version null: the current files, or the project's server
   * @returns the response; where the project's server answers, how to reach it; null if the label is not, or no longer, this session's
   */
  async preview(
    label: string,
    version: number | null,
    request: PreviewRequest,
  ): Promise<PreviewAnswer | ProxyTarget | null> {
    const context = this.#labelled(label);
    return context && answerPreview(context, this.ctx.id.toString(), version, request);
  }

  /** The server of a preview did not answer: its container slept or was lost. */
  wakeServer(label: string): void {
    const context = this.#labelled(label);
    if (context?.sandbox.isServing) this.ctx.waitUntil(context.sandbox.wake());
  }

  /** Whether the project's container runs. Asking does not wake it. */
  sandboxState(caller: Caller): Promise<RpcResult<{ awake: boolean }>> {
    return rpcResult(async () => ({ awake: await this.#owned(caller).sandbox.sandbox.isAwake() }));
  }

  /** Stops the running command; the turn continues. */
  stopCommand(caller: Caller): Promise<RpcResult<null>> {
    return rpcResult(() => {
      stopCommand(this.#owned(caller));
      return null;
    });
  }

  /** Allows the container to reach exactly these hosts, and the package registries. */
  allowHosts(caller: Caller, hosts: string[]): Promise<RpcResult<{ hosts: string[] }>> {
    return rpcResult(() => allowHosts(this.#owned(caller), hosts));
  }

  /** The end of the server's log, and whether the server runs. */
  serverLog(caller: Caller): Promise<RpcResult<{ log: string; running: boolean }>> {
    return rpcResult(() => serverLog(this.#owned(caller)));
  }

  /** Stops the project's server: the preview shows the files again. */
  stopServer(caller: Caller): Promise<RpcResult<null>> {
    return rpcResult(async () => {
      await stopServer(this.#owned(caller));
      return null;
    });
  }

  override alarm(): Promise<void> {
    return this.#lifecycle.onAlarm();
  }

  /** Closes what was opened by a login that had ended just before: the account's call came too early for it. */
  #recheckLogin(caller: Pick<Caller, 'visitor' | 'login'>): void {
    this.ctx.waitUntil(this.#assertLogin(caller).catch(() => this.endLogins([caller.login ?? ''])));
  }

  /** @throws ProblemError `not_found` where the login has ended */
  async #assertLogin({ visitor, login }: Pick<Caller, 'visitor' | 'login'>): Promise<void> {
    if (login !== null && !(await this.#account(visitor).hasLogin(login))) throw unknownCaller();
  }

  /** @throws ProblemError `not_found` where there is no such session, or the caller does not own it */
  #owned(caller: Caller): SessionContext {
    return this.#lifecycle.owned(caller).context;
  }

  /** As `#owned`. @throws ProblemError `turn_in_progress` also while a turn is active */
  #ownedWithoutTurn(caller: Caller): SessionContext {
    const { context } = this.#lifecycle.owned(caller, 'act');
    if (context.turns.active()) throw new ProblemError('turn_in_progress', 'Wait for the turn to end, or stop it.');
    return context;
  }

  /** The session, if its preview has this label; null otherwise. */
  #labelled(label: string): SessionContext | null {
    const context = this.#lifecycle.existing?.context;
    return context?.meta.need('label') === label ? context : null;
  }

  #changeQueue(caller: Caller, change: (context: SessionContext) => void): Promise<RpcResult<null>> {
    return rpcResult(async () => {
      const { context, runner } = this.#lifecycle.owned(caller, 'act');
      change(context);
      context.log.emit({ type: 'queued', data: { items: context.queue.items() } }, null);
      // The change may have made a prompt due.
      runner.advance();
      await this.#lifecycle.scheduleAlarm();
      return null;
    });
  }

  #settingsDeps(caller: Caller): ProjectSettingsDeps {
    return { owned: () => this.#owned(caller), account: this.#account(caller.visitor) };
  }

  #account(visitor: string): DurableObjectStub<Account> {
    return this.env.ACCOUNT.getByName(visitor);
  }
}
