import { batch, computed, type ReadonlySignal, signal } from '@preact/signals';
import type { PickedElement } from '../../src/protocol/bridge-messages.ts';
import type { EventData, RedrawEvent, Trial } from '../../src/protocol/events.ts';
import type { ChatRequest, PreviewReport, QueuePatch } from '../../src/protocol/requests.ts';
import type { SessionDetail } from '../../src/protocol/resources.ts';
import type { Api } from '../api/api.ts';
import { ApiError, toApiError } from '../api/api-error.ts';
import { activityOf, isBusy } from './activity.ts';
import { arrivedAt } from './arrival-times.ts';
import { EventLink, type LinkState, type LinkWorld } from './event-link.ts';
import { OutgoingPrompts } from './outgoing-prompts.ts';
import { reduce } from './reduce.ts';
import { sendLatest } from './send-latest.ts';
import { emptyView, type View } from './view.ts';
import { type ConnectWatch, watch } from './watch-socket.ts';

const REPORT_DELAY_MS = 80;

export interface ProjectDeps {
  api: Api;
  world: LinkWorld;
  /** Opens `/watch` of a session. */
  watchSocket(session: string): ConnectWatch;
  /** Runs a change of what is shown when it is next worth showing. */
  schedule(show: () => void): void;
  /** How many trial turns are used, as of the turn that starts now. */
  onTrial(trial: Trial | null): void;
  /** A turn of this project has ended: what the account says may have changed. */
  onTurnFinished(): void;
  /** What Claude has just said of the limits of the account that pays for the running turn. */
  onRateLimit(limit: EventData<'rate_limit'>, payer: string): void;
  /** A turn was refused, or failed to start, with a code that may ask for more than a sentence. `again` sends it once more. */
  onRefused(error: ApiError, again: () => void): void;
  /** Somebody else has changed this project: another window, another device. */
  onElsewhere(what: 'turn' | 'version'): void;
}

/** One open project: its view, and what a visitor can do with it. */
export class Project {
  readonly view = signal<View>(emptyView);
  readonly detail = signal<SessionDetail | null>(null);
  /** Why the project cannot be shown. */
  readonly lost = signal<ApiError | null>(null);
  readonly link = signal<LinkState>('idle');
  /** A prompt that is on its way. */
  readonly sending = signal<string | null>(null);
  readonly stopping = signal(false);
  /** A call that failed: what could not be done, and why. */
  readonly failure = signal<ApiError | null>(null);
  readonly previewUrl = signal<string | null>(null);
  /** The element of the preview that the visitor points at; the next prompt speaks of it. */
  readonly picked = signal<PickedElement | null>(null);
  /** False until the log has been replayed once. */
  readonly loaded = signal(false);
  readonly running: ReadonlySignal<boolean> = computed(() => this.view.value.turn?.state === 'running');
  readonly activity = computed(() => activityOf(this.view.value.turn));
  readonly title = computed(() => this.detail.value?.title || firstLine(this.firstPrompt.value));
  /** What the visitor is about to say. */
  readonly outgoing: OutgoingPrompts;
  readonly report: (report: PreviewReport) => void;
  /** It was begun on this page: all of its log passes by here. */
  readonly isNew: boolean;

  readonly #options: ProjectDeps;
  readonly #link: EventLink;
  readonly #closed = new AbortController();
  readonly firstPrompt = computed(() => (this.view.value.earlier[0] ?? this.view.value.turn)?.prompt ?? '');
  /** Prompts that were sent from here and whose turns have not begun. */
  readonly #ownPrompts: string[] = [];
  readonly #ownVersions = new Set<number>();
  /** Calls from here that may bring a version. */
  #moving = 0;
  #current: View = emptyView;
  #isShowScheduled = false;
  #onSession: ((session: string) => void) | null = null;

  constructor(options: ProjectDeps, session: string | null) {
    this.#options = options;
    this.isNew = session === null;
    this.#link = new EventLink({
      api: options.api,
      session,
      world: options.world,
      onEvent: (event) => this.#take(event),
      onState: (state) => {
        this.link.value = state;
        if (state === 'idle') this.loaded.value = true;
      },
      onLost: (error) => this.#lose(error),
      isBusy: () => isBusy(this.#current),
    });
    this.outgoing = new OutgoingPrompts({ project: this, api: options.api });
    this.report = sendLatest((report) => this.#options.api.report(this.id, report), REPORT_DELAY_MS);
  }

  /** The session's id. Empty before a new project's first event. */
  get id(): string {
    return this.#link.session ?? '';
  }

  /** Opens an existing project: its state and its log, at the same time. */
  open(): void {
    this.#link.follow();
    void this.refresh();
    this.#watch();
  }

  /**
   * Starts a new project with its first prompt.
   *
   * @returns the session's id as soon as it is known
   * @throws ApiError where the turn was refused
   */
  start(prompt: string): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#onSession = (session) => {
        resolve(session);
        this.#watch();
        void this.refresh();
      };
      this.sending.value = prompt;
      this.#ownPrompts.push(prompt);
      this.#link
        .send({ prompt })
        .catch((error: unknown) => reject(toApiError(error)))
        .finally(() => {
          this.sending.value = null;
        });
    });
  }

  /**
   * Sends a prompt, or queues it while a turn runs.
   *
   * @param again what sends it once more where it was refused; this very call unless told
   * @returns false where it was refused: the text is to be kept
   */
  async send(
    prompt: string,
    options: Pick<ChatRequest, 'force' | 'attachments' | 'notBefore'> = {},
    again: () => void = () => void this.send(prompt, options),
  ): Promise<boolean> {
    if (!this.running.value) this.sending.value = prompt;
    this.failure.value = null;
    this.#ownPrompts.push(prompt);
    try {
      await this.#link.send({ session: this.id, prompt, ...options });
      return true;
    } catch (error) {
      const problem = toApiError(error);
      if (this.#closed.signal.aborted) return false;
      this.failure.value = problem;
      this.#options.onRefused(problem, again);
      // It may have arrived all the same: the log knows.
      if (problem.code === 'unreachable') this.#link.follow();
      return false;
    } finally {
      this.sending.value = null;
    }
  }

  /** Sends the newest turn's prompt once more. */
  sendAgain(options: Pick<ChatRequest, 'force' | 'notBefore'> = {}): void {
    const { turn } = this.#current;
    if (!turn) return;
    const { prompt, attachments } = turn;
    void this.send(prompt, attachments.length > 0 ? { ...options, attachments: [...attachments] } : options);
  }

  async stop(): Promise<void> {
    if (!this.running.value || this.stopping.value) return;
    this.stopping.value = true;
    await this.#attempt(() => this.#options.api.stop(this.id));
    this.stopping.value = false;
  }

  undo(): Promise<boolean> {
    return this.#move(() => this.#options.api.undo(this.id));
  }

  redo(): Promise<boolean> {
    return this.#move(() => this.#options.api.redo(this.id));
  }

  revert(version: number): Promise<boolean> {
    return this.#move(() => this.#options.api.revert(this.id, version));
  }

  async rename(title: string): Promise<void> {
    const before = this.detail.value;
    if (before) this.detail.value = { ...before, title };
    if (!(await this.#attempt(() => this.#options.api.rename(this.id, title)))) this.detail.value = before;
  }

  /** Changes the text of a prompt that waits, or moves it to a place, from 1. */
  async changeQueued(item: string, change: QueuePatch): Promise<boolean> {
    const done = await this.#attempt(() => this.#options.api.changeQueued(this.id, item, change));
    this.#link.follow();
    return done;
  }

  /** @throws ApiError where the payer does not allow it */
  async chooseModel(model: string): Promise<void> {
    await this.#options.api.chooseModel(this.id, model);
    if (this.detail.value) this.detail.value = { ...this.detail.value, model };
  }

  async removeQueued(item: string): Promise<boolean> {
    const done = await this.#attempt(() => this.#options.api.removeQueued(this.id, item));
    this.#link.follow();
    return done;
  }

  /** Gives the app a new address; the old one is dead. */
  resetPreview(): Promise<boolean> {
    return this.#attempt(async () => {
      const { previewUrl } = await this.#options.api.resetPreview(this.id);
      this.previewUrl.value = previewUrl;
    });
  }

  /** Asks for what the log does not tell: the title, what can be undone. */
  async refresh(): Promise<void> {
    try {
      const detail = await this.#options.api.session(this.id);
      if (this.#closed.signal.aborted) return;
      batch(() => {
        this.detail.value = detail;
        this.previewUrl.value = detail.previewUrl;
      });
      this.#link.follow(detail.seq);
      // A version that was made while the answer was on its way passed by before there was anything to compare it with.
      const newest = this.#current.versions.at(-1)?.version ?? 0;
      if (newest > (detail.version ?? 0)) await this.refresh();
    } catch (error) {
      const problem = toApiError(error);
      if (problem.status === 404) this.#lose(problem);
    }
  }

  close(): void {
    this.#closed.abort();
    this.#link.close();
    this.outgoing.close();
  }

  #lose(error: ApiError): void {
    this.lost.value = error;
    this.close();
  }

  #watch(): void {
    const { world } = this.#options;
    void watch({
      connect: this.#options.watchSocket(this.id),
      wait: world.wait,
      random: world.random,
      onSeq: (seq) => {
        if (seq > this.#link.last) this.#link.follow(seq);
      },
      signal: this.#closed.signal,
    });
  }

  /** Runs a call that brings a version: it is not news from elsewhere. */
  async asOwn(call: () => Promise<number>): Promise<void> {
    this.#moving += 1;
    try {
      this.#ownVersions.add(await call());
    } finally {
      this.#moving -= 1;
    }
  }

  async #move(call: () => Promise<{ version: number }>): Promise<boolean> {
    const done = await this.#attempt(() => this.asOwn(async () => (await call()).version));
    this.#link.follow();
    await this.refresh();
    return done;
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

  #take(event: RedrawEvent): void {
    if (event.type === 'queued') this.#expectTimed(event.data.items);
    this.#current = reduce(this.#current, event);
    if (event.type === 'session') {
      this.#onSession?.(event.data.session);
      this.#onSession = null;
    }
    if (this.#isNews(event)) this.#hearNews(event);
    this.#show();
  }

  /** Whether an event is younger than the detail: a replayed one tells nothing new. */
  #isNews(event: RedrawEvent): boolean {
    const detail = this.detail.value;
    return detail ? event.seq > detail.seq : this.isNew;
  }

  #hearNews(event: RedrawEvent): void {
    if (event.type === 'session') {
      this.previewUrl.value = event.data.previewUrl;
      this.#options.onTrial(event.data.trial);
    }
    if (event.type === 'title' && this.detail.value)
      this.detail.value = { ...this.detail.value, title: event.data.title };
    if (this.#isFromElsewhere(event)) this.#options.onElsewhere(event.type === 'version' ? 'version' : 'turn');
    if (event.type === 'version' || event.type === 'turn_finished') void this.refresh();
    if (event.type === 'turn_finished') this.#options.onTurnFinished();
    if (event.type === 'api_retry') arrivedAt.set(event.data, Date.now());
    if (event.type === 'rate_limit') this.#options.onRateLimit(event.data, this.#current.turn?.payer ?? '');
    if (event.type === 'prompt_error') {
      const { code, message } = event.data;
      this.#options.onRefused(new ApiError(code, message), () => this.sendAgain());
    }
  }

  /** A prompt that was set to a time starts of itself, whichever page has set it. */
  #expectTimed(items: View['queue']): void {
    const gone = this.#current.queue.filter(({ id, notBefore }) => notBefore && !items.some((item) => item.id === id));
    for (const { prompt } of gone) if (!this.#ownPrompts.includes(prompt)) this.#ownPrompts.push(prompt);
  }

  #isFromElsewhere(event: RedrawEvent): boolean {
    if (event.type === 'turn_started') {
      const own = this.#ownPrompts.indexOf(event.data.prompt);
      if (own >= 0) this.#ownPrompts.splice(own, 1);
      return own < 0;
    }
    if (event.type !== 'version' || this.#moving > 0 || this.#current.turn?.state === 'running') return false;
    return !this.#ownVersions.has(event.data.version);
  }

  #show(): void {
    if (this.#isShowScheduled) return;
    this.#isShowScheduled = true;
    this.#options.schedule(() => {
      this.#isShowScheduled = false;
      this.view.value = this.#current;
    });
  }
}

function firstLine(text: string): string {
  const line = text.trim().split('\n', 1)[0] ?? '';
  return line.length > 80 ? `${line.slice(0, 79)}…` : line;
}
