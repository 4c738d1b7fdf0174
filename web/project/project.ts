import { computed, effect, type ReadonlySignal, signal } from '@preact/signals';
import type { PickedElement } from '../../src/protocol/bridge-messages.ts';
import type { RedrawEvent } from '../../src/protocol/events.ts';
import type { ChatRequest, PreviewReport, QueuePatch } from '../../src/protocol/requests.ts';
import { ApiError, toApiError } from '../api/api-error.ts';
import { activityOf, isBusy } from './activity.ts';
import { ChangesMadeHere } from './changes-made-here.ts';
import { EventStreamClient, type LinkState } from './event-stream-client.ts';
import { OutgoingPrompts } from './outgoing-prompts.ts';
import type { ProjectDeps } from './project-deps.ts';
import { type ProjectDetail, ProjectDetailStore } from './project-detail.ts';
import { promptTitle } from './prompt-title.ts';
import { watch } from './reconnecting-watch.ts';
import { reduce } from './reduce.ts';
import { sendLatest } from './send-latest.ts';
import { SendingPrompt } from './sending-prompt.ts';
import { emptyView, hasFile, type View } from './view.ts';

/** Debounce time of preview reports. */
const REPORT_DELAY_MS = 80;

/** One open project: its view, and the actions that a visitor can take. */
export class Project {
  readonly view = signal<View>(emptyView);
  readonly #details: ProjectDetailStore;
  /** Null until it is known. */
  readonly detail: ReadonlySignal<ProjectDetail | null>;
  /** Why the project cannot be shown; null if it can. */
  readonly lost = signal<ApiError | null>(null);
  readonly link = signal<LinkState>('idle');
  readonly #sending = new SendingPrompt(
    () => this.view.peek().turn?.id ?? null,
    () => this.link.peek() !== 'idle' || this.#isRenderScheduled,
  );
  /** The prompt that is being sent, if no turn runs, until {@link view} has its turn. */
  readonly sending = this.#sending.prompt;
  readonly stopping = signal(false);
  /** The error of the last failed call. */
  readonly failure = signal<ApiError | null>(null);
  readonly previewUrl = computed(() => this.detail.value?.previewUrl ?? null);
  /** The element that the visitor picked in the preview; the next prompt describes it. */
  readonly picked = signal<PickedElement | null>(null);
  /** Whether the log has been replayed once. */
  readonly loaded = signal(false);
  readonly running: ReadonlySignal<boolean> = computed(() => this.view.value.turn?.state === 'running');
  /** Whether undo is possible at the moment. */
  readonly canUndo = computed(() => !this.running.value && this.detail.value?.undo != null);
  readonly canRedo = computed(() => !this.running.value && this.detail.value?.redo != null);
  readonly activity = computed(() => activityOf(this.view.value.turn));
  readonly title = computed(() => this.detail.value?.title || promptTitle(this.firstPrompt.value));
  readonly outgoing: OutgoingPrompts;
  readonly report: (report: PreviewReport) => void;
  /** Whether the project was started on this page: then every event of its log is live. */
  readonly isNew: boolean;

  readonly #deps: ProjectDeps;
  readonly #link: EventStreamClient;
  readonly #closed = new AbortController();
  readonly firstPrompt = computed(() => (this.view.value.earlier[0] ?? this.view.value.turn)?.prompt ?? '');
  readonly #ownChanges = new ChangesMadeHere();
  /** The view with all events; {@link view} follows at the next frame. */
  #current: View = emptyView;
  #isRenderScheduled = false;
  #onSession: ((session: string) => void) | null = null;

  constructor(deps: ProjectDeps, session: string | null) {
    this.#deps = deps;
    this.isNew = session === null;
    this.#details = new ProjectDetailStore({
      api: deps.api,
      timing: deps.timing,
      signal: this.#closed.signal,
      onSeq: (seq) => this.#link.follow(seq),
      onLost: (error) => this.#giveUp(error),
    });
    this.detail = this.#details.detail;
    this.#link = new EventStreamClient({
      api: deps.api,
      session,
      timing: deps.timing,
      onEvent: (event) => this.#onEvent(event),
      onState: (state) => {
        this.link.value = state;
        if (state === 'idle') this.loaded.value = true;
        this.#sending.settle();
      },
      onLost: (error) => this.#giveUp(error),
      isBusy: () => isBusy(this.#current),
    });
    this.outgoing = this.#createOutgoing();
    this.report = sendLatest((report) => deps.api.report(this.id, report), REPORT_DELAY_MS);
  }

  /** The session's id; empty before a new project's first event. */
  get id(): string {
    return this.#link.session ?? '';
  }

  /** Opens an existing project: reads its detail and its log in parallel. */
  open(): void {
    this.#link.follow();
    void this.#details.load(this.id);
    this.#watch();
  }

  /**
   * Starts a new project with its first prompt.
   *
   * @returns the session's id, as soon as it is known
   * @throws ApiError if the turn was refused
   */
  start(prompt: string): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#onSession = (session) => {
        resolve(session);
        this.#watch();
        if (!this.detail.peek()) void this.#details.load(session);
      };
      this.#ownChanges.addPrompt(prompt);
      this.#sending.run(prompt, () => this.#link.send({ prompt })).catch((error) => reject(toApiError(error)));
    });
  }

  /**
   * Sends a prompt. The server queues it while a turn runs.
   *
   * @param again sends the prompt once more if it was refused; repeats this call by default
   * @returns false if the prompt was refused: the caller restores the text
   */
  async send(
    prompt: string,
    options: Pick<ChatRequest, 'force' | 'attachments' | 'mode' | 'notBefore'> = {},
    again: () => void = () => void this.send(prompt, options),
  ): Promise<boolean> {
    this.failure.value = null;
    this.#ownChanges.addPrompt(prompt);
    try {
      const send = () => this.#link.send({ session: this.id, prompt, ...options });
      await this.#sending.run(this.running.value ? null : prompt, send);
      return true;
    } catch (error) {
      const problem = toApiError(error);
      if (this.#closed.signal.aborted) return false;
      this.failure.value = problem;
      this.#deps.onRefused(problem, again);
      // The prompt may have arrived before the connection broke; the log tells.
      if (problem.code === 'unreachable') this.#link.follow();
      return false;
    }
  }

  /** Sends the newest turn's prompt again, with its attachments. */
  sendAgain(options: Pick<ChatRequest, 'force' | 'notBefore'> = {}): void {
    const { turn } = this.#current;
    // A fresh start is no prompt: its own line starts it again.
    if (!turn || turn.mode === 'fresh_start') return;
    const { prompt, attachments, mode } = turn;
    void this.send(prompt, {
      ...options,
      ...(mode === 'ask' ? { mode } : {}),
      ...(attachments.length > 0 ? { attachments: [...attachments] } : {}),
    });
  }

  /** What is done once a refusal is settled: prompts that wait go on by themselves, and the one before them is not sent again. */
  onceSettled(): () => void {
    const { queue } = this.#current;
    return () => queue.length || this.sendAgain();
  }

  async stop(): Promise<void> {
    if (!this.running.value || this.stopping.value) return;
    this.stopping.value = true;
    await this.#attempt(() => this.#deps.api.stop(this.id));
    this.stopping.value = false;
  }

  undo(): Promise<boolean> {
    return this.#changeVersion(() => this.#deps.api.undo(this.id));
  }

  redo(): Promise<boolean> {
    return this.#changeVersion(() => this.#deps.api.redo(this.id));
  }

  revert(version: number): Promise<boolean> {
    return this.#changeVersion(() => this.#deps.api.revert(this.id, version));
  }

  async rename(title: string): Promise<void> {
    const before = this.detail.value?.title;
    this.#details.change({ title });
    const done = await this.#attempt(() => this.#deps.api.rename(this.id, title));
    if (!done && before !== undefined) this.#details.change({ title: before });
  }

  /** Changes the text of a queued prompt, or moves it to a position (from 1). */
  async changeQueued(item: string, change: QueuePatch): Promise<boolean> {
    const done = await this.#attempt(() => this.#deps.api.changeQueued(this.id, item, change));
    this.#link.follow();
    return done;
  }

  /** @throws ApiError if the payer does not allow the model */
  async chooseModel(model: string): Promise<void> {
    await this.#deps.api.chooseModel(this.id, model);
    this.#details.change({ model });
  }

  async removeQueued(item: string): Promise<boolean> {
    const done = await this.#attempt(() => this.#deps.api.removeQueued(this.id, item));
    this.#link.follow();
    return done;
  }

  /** Gives the app a new address. The old one stops working. */
  resetPreview(): Promise<boolean> {
    return this.#attempt(async () => {
      const { previewUrl } = await this.#deps.api.resetPreview(this.id);
      this.#details.change({ previewUrl });
    });
  }

  /** Reads what has happened meanwhile: a call of this page, or of another, has changed the project. */
  catchUp(): void {
    this.#link.follow(this.#link.lastSeq + 1);
  }

  close(): void {
    this.#closed.abort();
    this.#link.close();
    this.outgoing.close();
  }

  #createOutgoing(): OutgoingPrompts {
    return new OutgoingPrompts({
      picked: this.picked,
      workspace: {
        url: (path) => this.#deps.api.fileUrl(this.id, path),
        has: (path) => hasFile(path, this.view.peek(), this.detail.peek()),
        asOwn: (call) => this.asOwn(call),
      },
      isBusy: () => this.sending.value !== null || isBusy(this.view.value),
      send: (prompt, options, again) => this.send(prompt, options, again),
      fail: (error) => {
        this.failure.value = error;
      },
      catchUp: () => this.catchUp(),
    });
  }

  #giveUp(error: ApiError): void {
    // What stands on the page, and what was typed, stays where only the visitor's cookie is lost.
    if (this.detail.peek() && error.fields.reason === 'cookie') this.failure.value = error;
    else this.lost.value = error;
    this.close();
  }

  #watch(): void {
    void watch({
      ...this.#deps.timing,
      connect: this.#deps.watchSocket(this.id),
      onSeq: (seq) => {
        if (seq > this.#link.lastSeq) this.#link.follow(seq);
      },
      signal: this.#closed.signal,
    });
  }

  /**
   * Runs a call that makes a version, and reads the version's event. `onElsewhere` is not called for it.
   *
   * @param call resolves with the version
   */
  async asOwn(call: () => Promise<number>): Promise<number> {
    try {
      return await this.#ownChanges.run(call);
    } finally {
      this.catchUp();
    }
  }

  #changeVersion(call: () => Promise<{ version: number }>): Promise<boolean> {
    return this.#attempt(async () => this.#caughtUp(await this.asOwn(async () => (await call()).version)));
  }

  /** Resolves once the detail has a version, or no event comes at the moment. */
  #caughtUp(version: number): Promise<void> {
    return new Promise((resolve) => {
      const stop = effect(() => {
        if ((this.detail.value?.version ?? 0) < version && this.link.value === 'open') return;
        resolve();
        queueMicrotask(() => stop());
      });
    });
  }

  async #attempt(call: () => Promise<unknown>): Promise<boolean> {
    this.failure.value = null;
    try {
      await call();
      return true;
    } catch (error) {
      this.failure.value = toApiError(error);
      return false;
    }
  }

  #onEvent(event: RedrawEvent): void {
    if (event.type === 'queued') this.#ownChanges.addStarted(this.#current.queue, event.data.items);
    this.#current = reduce(this.#current, event);
    const isLive = this.#isLive(event);
    this.#details.apply(event, this.isNew);
    if (event.type === 'session') {
      this.#onSession?.(event.data.session);
      this.#onSession = null;
    }
    if (isLive) this.#onLiveEvent(event);
    this.#scheduleRender();
  }

  /** Whether an event is newer than the detail; the detail covers a replayed one. Text in flight does not count: nothing is told of it. */
  #isLive({ seq }: RedrawEvent): boolean {
    const detail = this.detail.value;
    return detail ? (seq ?? 0) > detail.seq : this.isNew;
  }

  #onLiveEvent(event: RedrawEvent): void {
    if (event.type === 'session') this.#deps.onTrial(event.data.trial);
    const foreign = this.#ownChanges.foreignChange(event, this.#current.turn?.state === 'running');
    if (foreign) this.#deps.onElsewhere(foreign);
    if (event.type === 'turn_finished') this.#deps.onTurnFinished();
    if (event.type === 'rate_limit') this.#deps.onRateLimit(event.data, this.#current.turn?.payer ?? '');
    if (event.type === 'prompt_error') {
      const { code, message, fields } = event.data;
      this.#deps.onRefused(new ApiError(code, message, 0, fields), this.onceSettled());
    }
  }

  #scheduleRender(): void {
    if (this.#isRenderScheduled) return;
    this.#isRenderScheduled = true;
    this.#deps.schedule(() => {
      this.#isRenderScheduled = false;
      this.#sending.settle(() => {
        this.view.value = this.#current;
      });
    });
  }
}
