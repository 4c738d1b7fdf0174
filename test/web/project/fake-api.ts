import * as v from 'valibot';
import { type Draft, isDelta, type RedrawEvent } from '../../../src/protocol/events.ts';
import {
  ChatRequest,
  ModelRequest,
  PreviewReport,
  QueuePatch,
  RevertRequest,
  SessionPatch,
} from '../../../src/protocol/requests.ts';
import type { SessionDetail } from '../../../src/protocol/resources.ts';
import { createApi } from '../../../web/api/api.ts';
import { wire } from './event-server.ts';
import { sessionId } from './generated-log.ts';
import { SessionTrace, type StoredEvent } from './session-trace.ts';

const origin = 'http://redraw.localhost';

/** Calls of one test at the most: a page that asks without end would hang it. */
const maxCalls = 200;

/** A call without the project's address: `POST /undo`, or `POST /api/chat`. */
type Call = string;

/** How a call fails: with a problem document, or without an answer. */
type Failure = { status: number; code: string; detail?: string; reason?: string } | 'network';

const json = (body: unknown, status = 200) =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } });

const problem = (status: number, code: string, detail = 'No.', reason?: string) =>
  json({ type: 'about:blank', title: code, status, detail, code, reason }, status);

/**
 * The server's side of one project, in memory: the calls that a page makes of it, with the bodies that the protocol allows, and its
 * event log. It runs turns as the test says. What it does not know, it notes as a mistake of the page.
 */
export class FakeServer {
  /** Every call, in order. */
  readonly calls: { call: Call; body: unknown }[] = [];
  /** Calls that no server would understand. */
  readonly mistakes: string[] = [];
  readonly api = createApi({ base: origin, fetch: (url, init) => this.#fetch(String(url), init) });
  /** The detail, but for what follows from the log. */
  readonly detail: Omit<SessionDetail, 'seq' | 'version' | 'running' | 'queue'> = {
    session: sessionId,
    title: '',
    createdAt: 1,
    expiresAt: null,
    updatedAt: 1,
    previewUrl: 'http://first.localhost/',
    model: 'claude-haiku-5-5',
    files: [],
    versions: [],
    canUndo: false,
    canRedo: false,
    undoLabel: null,
    redoLabel: null,
    undo: null,
    redo: null,
    sandbox: { commands: false, why: null, server: null, hosts: [] },
    revision: 0,
  };
  /** Whether the first event of a new project tells of it: a release before this did not. */
  tellsProject = true;
  /** Milliseconds that a stream asks its reader to wait before it comes again. */
  retryMs = 1000;
  /** Whether the server's object is lost as soon as it has taken a prompt: its turn never begins. */
  losesTurns = false;
  running: string | null = null;
  queue: SessionDetail['queue'] = [];
  readonly #trace = new SessionTrace();
  readonly #streams = new Set<ReadableStreamDefaultController<Uint8Array>>();
  readonly #failures: { call: Call; failure: Failure }[] = [];
  readonly #gates: { call: Call; opened: Promise<void>; isLate: boolean }[] = [];
  #turns = 0;
  #items = 0;

  get log(): StoredEvent[] {
    return this.#trace.log;
  }

  get seq(): number {
    return this.log.at(-1)?.seq ?? 0;
  }

  /** The newest version of the log, or null. */
  get version(): number | null {
    const newest = this.log.findLast((event) => event.type === 'version');
    return newest?.type === 'version' ? newest.data.version : null;
  }

  /** Streams that are open. */
  get readers(): number {
    return this.#streams.size;
  }

  callsOf(call: Call): unknown[] {
    return this.calls.filter((one) => one.call === call).map(({ body }) => body);
  }

  /** The next such call fails. */
  failNext(call: Call, failure: Failure): void {
    this.#failures.push({ call, failure });
  }

  /** The next such call is answered as soon as the returned function is called, as things stand then. */
  holdNext(call: Call): () => void {
    return this.#hold(call, false);
  }

  /** The answer to the next such call, as things stand when it is asked, arrives as soon as the returned function is called. */
  delayNext(call: Call): () => void {
    return this.#hold(call, true);
  }

  #hold(call: Call, isLate: boolean): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#gates.push({ call, opened: promise, isLate });
    return resolve;
  }

  /** Stores events, and sends them to whoever reads. */
  emit(...drafts: Draft[]): void {
    const before = this.log.length;
    for (const draft of drafts) {
      if (isDelta(draft)) {
        this.#trace.send(draft);
        this.#trace.storePart();
      } else this.#trace.store(draft);
    }
    this.#send(this.log.slice(before));
  }

  /** Sends an event without storing it: text in flight. */
  sendInFlight(event: RedrawEvent): void {
    this.#send([event]);
  }

  /** Begins a turn, as this page's prompt or another's does. @returns its id */
  begin(prompt: string, rest: { attachments?: string[]; payer?: string } = {}): string {
    const { session, previewUrl, model } = this.detail;
    const { payer = 'trial', ...attached } = rest;
    this.#turns += 1;
    const turn = `t${this.#turns}`;
    this.running = turn;
    const trial = payer === 'trial' ? { used: this.#turns, limit: 6 } : null;
    const { title, sandbox } = this.detail;
    const project = { title: title || prompt, model, commands: sandbox.commands, why: sandbox.why, hosts: [] };
    const made = this.seq === 0 && this.tellsProject ? { project } : {};
    this.emit(
      { type: 'session', data: { session, previewUrl, model, payer, trial, ...made } },
      { type: 'turn_started', data: { turn, prompt, model, payer, ...attached } },
    );
    return turn;
  }

  /** Ends the turn that runs, and its streams. */
  finish(state: 'completed' | 'stopped' | 'failed' | 'exhausted' = 'completed'): void {
    const turn = this.running ?? '';
    this.running = null;
    this.emit({ type: 'turn_finished', data: { turn, state, counted: state === 'completed' } });
    if (this.queue.length === 0) this.endStreams();
  }

  /** Makes a version, as a turn, an undo or another window does. @returns its number */
  makeVersion(changed: string[] = []): number {
    const parent = this.version;
    const version = (parent ?? 0) + 1;
    const label = `Version ${version}`;
    const undo = parent === null ? null : { label, version };
    const told = { kind: 'turn', stopped: false, createdAt: version, undo, redo: null } as const;
    this.emit({ type: 'version', data: { version, parent, label, changed, ...told } });
    return version;
  }

  setQueue(items: SessionDetail['queue']): void {
    this.queue = items;
    this.emit({ type: 'queued', data: { items } });
  }

  endStreams(): void {
    for (const stream of this.#streams) stream.close();
    this.#streams.clear();
  }

  breakStreams(): void {
    for (const stream of this.#streams) stream.error(new TypeError('The connection broke.'));
    this.#streams.clear();
  }

  #send(events: readonly RedrawEvent[]): void {
    const bytes = new TextEncoder().encode(events.map(wire).join(''));
    for (const stream of this.#streams) stream.enqueue(bytes);
  }

  #stream(after: number, signal: RequestInit['signal']): Response {
    let own: ReadableStreamDefaultController<Uint8Array>;
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        own = controller;
        const past = this.log.filter(({ seq }) => seq > after);
        controller.enqueue(new TextEncoder().encode(`retry: ${this.retryMs}\n\n${past.map(wire).join('')}`));
        if (this.running === null) return controller.close();
        this.#streams.add(controller);
        signal?.addEventListener('abort', () => {
          if (this.#streams.delete(controller)) controller.error(signal.reason);
        });
      },
      cancel: () => void this.#streams.delete(own),
    });
    return new Response(body, { headers: { 'content-type': 'text/event-stream' } });
  }

  async #fetch(url: string, init: RequestInit = {}): Promise<Response> {
    const base = `${origin}/api/sessions/${sessionId}`;
    const call = `${init.method} ${url.startsWith(base) ? url.slice(base.length) : url.slice(origin.length)}`;
    const body: unknown = typeof init.body === 'string' ? JSON.parse(init.body) : null;
    this.calls.push({ call, body });
    if (this.calls.length > maxCalls) {
      this.mistakes.push(`${call}: the page floods the server`);
      throw new TypeError('fetch failed');
    }
    const gate = takeFirst(this.#gates, (one) => one.call === call);
    const failure = takeFirst(this.#failures, (one) => one.call === call)?.failure;
    const late = gate?.isLate ? this.#answer(call, body, init) : null;
    await gate?.opened;
    init.signal?.throwIfAborted();
    if (late) return late;
    if (failure === 'network') throw new TypeError('fetch failed');
    if (failure) return problem(failure.status, failure.code, failure.detail, failure.reason);
    try {
      return this.#answer(call, body, init);
    } catch (error) {
      this.mistakes.push(`${call}: ${error}`);
      throw error;
    }
  }

  #answer(call: Call, body: unknown, { headers, signal }: RequestInit): Response {
    const item = /^\w+ \/queue\/(.+)$/.exec(call)?.[1];
    if (item !== undefined)
      return this.#changeQueue(item, call.startsWith('DELETE') ? null : v.parse(QueuePatch, body));
    switch (call) {
      case 'GET ':
        return json(this.#detail());
      case 'PATCH ':
        this.detail.title = v.parse(SessionPatch, body).title;
        this.emit({ type: 'title', data: { title: this.detail.title } });
        return json({});
      case 'POST /api/chat':
        return this.#chat(v.parse(ChatRequest, body), signal);
      case 'GET /events':
      case 'GET /events?after=0':
        return this.#events(
          call === 'GET /events' ? Number(new Headers(headers).get('last-event-id') ?? 'none') : 0,
          signal,
        );
      case 'POST /stop':
        this.finish('stopped');
        return json({});
      case 'POST /undo':
      case 'POST /redo':
        return this.#move();
      case 'POST /revert':
        v.parse(RevertRequest, body);
        return this.#move();
      case 'PUT /model':
        this.detail.model = v.parse(ModelRequest, body).model;
        this.emit({ type: 'settings', data: { model: this.detail.model } });
        return json({});
      case 'POST /preview/reset':
        this.detail.previewUrl = 'http://second.localhost/';
        this.emit({ type: 'settings', data: { previewUrl: this.detail.previewUrl } });
        return json({ previewUrl: this.detail.previewUrl });
      case 'POST /preview/report':
        v.parse(PreviewReport, body);
        return json({});
      default:
        throw new Error('There is no such call.');
    }
  }

  #detail(): SessionDetail {
    const { seq, running, queue } = this;
    return { ...this.detail, seq, running, queue, version: this.version };
  }

  #chat({ session, prompt, attachments, notBefore }: ChatRequest, signal: RequestInit['signal']): Response {
    if (session !== undefined && session !== sessionId) throw new Error('There is no such project.');
    if (session === undefined && this.seq > 0) throw new Error('The project is there already.');
    if (this.running !== null || notBefore !== undefined) {
      this.#items += 1;
      const id = `q${this.#items}`;
      const item = { id, prompt, ...(attachments && { attachments }), ...(notBefore !== undefined && { notBefore }) };
      this.setQueue([...this.queue, item]);
      return json({ queued: id, position: this.queue.length }, 202);
    }
    const before = this.seq;
    if (this.losesTurns) {
      const { previewUrl, model } = this.detail;
      this.running = 'lost';
      this.emit({ type: 'session', data: { session: sessionId, previewUrl, model, payer: 'trial', trial: null } });
    } else this.begin(prompt, attachments && { attachments });
    return this.#stream(before, signal);
  }

  #events(after: number, signal: RequestInit['signal']): Response {
    if (Number.isNaN(after)) throw new Error('The reader does not say what it has.');
    if (after >= this.seq && this.running === null) return new Response(null, { status: 204 });
    return this.#stream(after, signal);
  }

  #move(): Response {
    return this.running === null ? json({ version: this.makeVersion() }) : problem(409, 'turn_in_progress');
  }

  #changeQueue(id: string, change: QueuePatch | null): Response {
    const found = this.queue.find((item) => item.id === id);
    if (!found) return problem(404, 'not_found');
    const others = this.queue.filter((item) => item !== found);
    if (!change) this.setQueue(others);
    else {
      const at = change.place === undefined ? this.queue.indexOf(found) : change.place - 1;
      this.setQueue(others.toSpliced(at, 0, { ...found, prompt: change.prompt ?? found.prompt }));
    }
    return json({});
  }
}

function takeFirst<T>(list: T[], matches: (one: T) => boolean): T | undefined {
  const at = list.findIndex(matches);
  return at < 0 ? undefined : list.splice(at, 1)[0];
}
