import { signal } from '@preact/signals';
import { vi } from 'vitest';
import type { PreviewCheck } from '../../../src/agent/turn-interfaces.ts';
import type { Draft, RedrawEvent } from '../../../src/protocol/events.ts';
import type { PreviewReport } from '../../../src/protocol/requests.ts';
import { PreviewReports } from '../../../src/session/preview/preview-reports.ts';
import { DocumentRevision } from '../../../web/bridge/document-revision.ts';
import { PreviewController } from '../../../web/preview/preview-controller.ts';
import type { Project } from '../../../web/project/project.ts';
import { reduce } from '../../../web/project/reduce.ts';
import type { Changes, changesBetween } from '../../../web/project/revision-changes.ts';
import { emptyView, type View } from '../../../web/project/view.ts';

/** What the agent and the visitor do to a project, in order. Each turn of the agent ends with `end`. */
export type Step = 'write page' | 'write style' | 'announce' | 'check' | 'end' | 'start server' | 'stop server';

/** A project's files: a page that is part of the document's own HTML, a script, and a style sheet. Each by the number of its write. */
interface Files {
  page: number;
  style: number;
}

/** What may be put wrong by hand, to see that the model finds it. */
export interface Faults {
  /** How the page learns what changed. */
  changes?: (...args: Parameters<typeof changesBetween>) => Changes | null;
  /** How a document learns its revision. */
  revision?: new (
    made: number,
  ) => Pick<DocumentRevision, 'current' | 'advance'>;
  /** Whether a check leaves out to announce what has changed. */
  checksUnannounced?: boolean;
}

type ToDocument = { from: number; to: number; change: Changes };
type ToPage = { type: 'painted' } | { type: 'stale' } | { type: 'report'; report: PreviewReport };

/** A document in a frame, with the messages on their way in either direction. */
class Document {
  readonly #world: World;
  readonly toDocument: ToDocument[] = [];
  readonly toPage: ToPage[] = [];
  /** Null until its HTML has come. */
  revision: Pick<DocumentRevision, 'current' | 'advance'> | null = null;
  /** Whether its HTML came from the project's own server. */
  isFromServer = false;
  html = 0;
  script = 0;
  style = 0;
  isLoaded = false;
  /** Whether the app has still to change its own path, which makes a report of its own. */
  mayReport = true;
  /** Updates in place that have begun, each with what applies it. */
  readonly updates: { what: 'css' | 'hot'; to: number; apply: () => void }[] = [];
  readonly expected: number;

  constructor(world: World, expected: number) {
    this.#world = world;
    this.expected = expected;
  }

  loadHtml(): void {
    const { faults, hasServer, preview, served } = this.#world;
    // The server answers with its revision and the page in one synchronous run.
    this.revision = new (faults.revision ?? DocumentRevision)(preview.revision);
    this.html = served.page;
    this.isFromServer = hasServer;
  }

  loadRest(): void {
    this.script = this.#world.served.page;
    this.style = this.#world.served.style;
    this.isLoaded = true;
    this.toPage.push({ type: 'painted' });
    this.report();
  }

  report(): void {
    const { isFromServer, html, script, style } = this;
    const snapshot = JSON.stringify({ isFromServer, html, script, style });
    const revision = this.revision?.current ?? 0;
    this.toPage.push({ type: 'report', report: { revision, path: '/', blank: false, problems: [], snapshot } });
  }

  hear({ from, to, change }: ToDocument): void {
    const what = change.hot ? 'hot' : 'css';
    const apply = () =>
      new Promise<boolean>((resolve) =>
        this.updates.push({
          what,
          to,
          apply: () => {
            const { served, hasServer } = this.#world;
            if (what === 'css' || hasServer) this.style = served.style;
            // Nobody but a server of its own brings code into a running page.
            if (what === 'hot' && hasServer) this.html = this.script = served.page;
            resolve(true);
          },
        }),
      );
    void this.revision?.advance(from, to, apply).then((isDone) => {
      if (!isDone) return this.toPage.push({ type: 'stale' });
      this.toPage.push({ type: 'painted' });
      this.report();
    });
  }
}

/** A page of Redraw: its view of the log, its preview, and its calls on their way. */
class Page {
  readonly #world: World;
  readonly view = signal<View>(emptyView);
  #current: View = emptyView;
  #received = 0;
  /** The call for the project's detail: on its way, or answered with a revision. */
  #detail: 'asked' | number | null = null;
  #detailRevision = 0;
  /** The revision with which the preview is to be updated, once the page has been drawn. */
  #effect: number | null = null;
  #lastRevision = 0;
  #shown: Document | null = null;
  #loading: Document | null = null;
  #outbox: PreviewReport | null = null;
  readonly #controller: PreviewController;

  constructor(world: World) {
    this.#world = world;
    const project = { view: this.view, report: (report: PreviewReport) => this.#send(report) };
    this.#controller = new PreviewController(project as unknown as Project, signal(0));
    this.#controller.mount(null as unknown as HTMLElement, (_, events) => {
      this.#report = (report) => events.report?.(report);
      return {
        show: (_url, revision) => this.#load(revision),
        update: (from, revision, change) => this.#update(from, revision, change),
        reload: () => undefined,
        navigate: () => undefined,
        pick: () => undefined,
        requestReport: () => undefined,
        clear: () => undefined,
      };
    });
  }

  #report: (report: PreviewReport) => void = () => undefined;

  #send(report: PreviewReport): void {
    this.#outbox = report;
  }

  #load(revision: number): void {
    this.#loading = new Document(this.#world, revision);
  }

  /** As the frame swapper decides. */
  #update(from: number, revision: number, known: Changes | null): void {
    const change = this.#world.faults.changes?.(this.view.peek(), from, revision) ?? known;
    const isStyles = change !== null && change.paths.length > 0 && change.paths.every((path) => path.endsWith('.css'));
    if (change && (isStyles || change.hot) && this.#shown && !this.#loading)
      this.#shown.toDocument.push({ from, to: revision, change });
    else this.#load(revision);
  }

  /** What can happen next, by name. */
  actions(): [string, () => void][] {
    const found: [string, () => void][] = [];
    const { log } = this.#world;
    const next = log[this.#received];
    if (next) found.push(['an event arrives', () => this.#hearEvent(next)]);
    if (this.view.peek() !== this.#current)
      found.push([
        'the page is drawn',
        () => {
          this.view.value = this.#current;
          this.#noteRevision();
        },
      ]);
    const revision = this.#effect;
    if (revision !== null)
      found.push([
        'the preview is updated',
        () => {
          this.#effect = null;
          this.#controller.update('http://preview/', revision, null);
        },
      ]);
    const detail = this.#detail;
    if (detail === 'asked')
      found.push([
        'the detail is read',
        () => {
          this.#detail = this.#world.preview.revision;
        },
      ]);
    else if (detail !== null)
      found.push([
        'the detail arrives',
        () => {
          this.#detail = null;
          this.#detailRevision = detail;
          this.#noteRevision();
        },
      ]);
    const report = this.#outbox;
    if (report)
      found.push([
        'a report is sent',
        () => {
          this.#outbox = null;
          this.#world.preview.report(report);
        },
      ]);
    if (this.#shown) found.push(...this.#documentActions('the shown document', this.#shown));
    if (this.#loading) found.push(...this.#documentActions('the new document', this.#loading));
    return found;
  }

  #noteRevision(): void {
    const revision = Math.max(this.#detailRevision, this.view.peek().preview.revision);
    if (revision === this.#lastRevision) return;
    this.#lastRevision = this.#effect = revision;
  }

  #hearEvent(event: RedrawEvent): void {
    this.#received += 1;
    this.#current = reduce(this.#current, event);
    if (event.type === 'version') this.#detail = 'asked';
  }

  #documentActions(name: string, document: Document): [string, () => void][] {
    const found: [string, () => void][] = [];
    if (!document.revision) found.push([`${name} gets its HTML`, () => document.loadHtml()]);
    else if (!document.isLoaded) found.push([`${name} gets its modules`, () => document.loadRest()]);
    else if (document.mayReport && document.updates.length + document.toDocument.length > 0)
      found.push([
        `${name} reports on its own`,
        () => {
          document.mayReport = false;
          document.report();
        },
      ]);
    const [update] = document.updates;
    if (update)
      found.push([
        `${name} is updated`,
        () => {
          document.updates.shift();
          update.apply();
        },
      ]);
    const [told] = document.toDocument;
    if (told)
      found.push([
        `${name} is told`,
        () => {
          document.toDocument.shift();
          document.hear(told);
        },
      ]);
    const [heard] = document.toPage;
    if (heard)
      found.push([
        `${name} is heard`,
        () => {
          document.toPage.shift();
          this.#hearDocument(document, heard);
        },
      ]);
    return found;
  }

  #hearDocument(document: Document, message: ToPage): void {
    const isNewest = document === (this.#loading ?? this.#shown);
    if (message.type === 'painted' && document === this.#loading) {
      this.#shown = document;
      this.#loading = null;
    } else if (message.type === 'stale' && document === this.#shown && !this.#loading) this.#load(document.expected);
    else if (message.type === 'report' && isNewest) this.#report(message.report);
  }

  /** Everything that the future depends on. */
  state(): unknown {
    const documents = [this.#shown, this.#loading].map(
      (one) =>
        one && [
          one.revision?.current,
          [one.isFromServer, one.html, one.script, one.style, one.isLoaded, one.mayReport],
          one.toDocument,
          one.toPage,
          one.updates.map(({ what, to }) => [what, to]),
        ],
    );
    const { seq, preview } = this.view.peek();
    const known = [this.#received, seq, preview.revision, this.#current.preview];
    return [known, this.#detail, this.#detailRevision, this.#effect, this.#lastRevision, this.#outbox, documents];
  }
}

/** A session, its pages and the previewed documents. Nothing happens by itself: every message moves when the test says so. */
export class World {
  readonly faults: Faults;
  readonly log: RedrawEvent[] = [];
  readonly preview: PreviewReports;
  readonly checks: PreviewCheck[] = [];
  /** A check that lied: what it answered, and what there was. */
  lie: string | null = null;
  readonly #meta = new Map<string, string>([['created_at', '0']]);
  readonly #pages: Page[];
  readonly #script: readonly Step[];
  readonly #files: Files = { page: 0, style: 0 };
  /** The files that the project's server has; null: it has no server. */
  #server: Files | null = null;
  #push: { done: Promise<boolean>; finish: () => void } | null = null;
  #sourceChange: (() => void) | null = null;
  #at = 0;
  #writes = 0;
  #isChecking = false;
  #waits: number;
  readonly #end = new AbortController();

  /** @param waits how often a check may run out of time */
  constructor(script: readonly Step[], faults: Faults, waits: number, pages: number) {
    this.faults = faults;
    this.#script = script;
    this.#waits = waits;
    const meta = this.#meta;
    this.preview = new PreviewReports({
      meta: {
        get: (key) => meta.get(key),
        number: (key) => Number(meta.get(key) ?? 0),
        set: (values) => {
          for (const [key, value] of Object.entries(values)) meta.set(key, value);
        },
      },
      log: { emit: (draft) => this.#emit(draft) },
      isPreviewOpen: () => true,
      hasEventReaders: () => true,
      activeTurn: () => 't',
      isServing: () => this.#server !== null,
      hasIndexPage: () => true,
      pushFiles: () => this.#pushFiles(),
    });
    this.#pages = Array.from({ length: pages }, () => new Page(this));
  }

  get hasServer(): boolean {
    return this.#server !== null;
  }

  /** The files that a request gets at this moment. */
  get served(): Files {
    return this.#server ?? this.#files;
  }

  actions(): [string, () => void][] {
    const found = this.#pages.flatMap((page, index) =>
      page.actions().map(([name, act]): [string, () => void] => [index === 0 ? name : `${name} (${index})`, act]),
    );
    const step = this.#script[this.#at];
    if (step && !this.#isChecking && !this.#sourceChange) found.push([step, () => this.#take(step)]);
    const push = this.#push;
    if (push)
      found.push([
        'the push ends',
        () => {
          this.#push = null;
          this.#server &&= { ...this.#files };
          push.finish();
        },
      ]);
    if (this.#sourceChange) found.push(['the source has changed', this.#sourceChange]);
    if (this.#isChecking && this.#waits > 0)
      found.push([
        'time runs out',
        () => {
          this.#waits -= 1;
          vi.runOnlyPendingTimers();
        },
      ]);
    return found;
  }

  /** Ends what waits. */
  close(): void {
    this.#end.abort();
  }

  state(): string {
    const own = [
      this.#at,
      this.#files,
      this.#server,
      this.#push !== null,
      this.#isChecking,
      this.#waits,
      this.log.length,
    ];
    return JSON.stringify([own, [...this.#meta], this.#pages.map((page) => page.state())]);
  }

  #emit(draft: Draft): void {
    this.log.push({ ...draft, seq: this.log.length + 1 } as RedrawEvent);
  }

  #pushFiles(): Promise<boolean> {
    if (!this.#push) {
      const { promise, resolve } = Promise.withResolvers<boolean>();
      this.#push = { done: promise, finish: () => resolve(true) };
    }
    return this.#push.done;
  }

  #take(step: Step): void {
    this.#at += 1;
    if (step === 'write page') this.#write('page', 'index.html');
    else if (step === 'write style') this.#write('style', 'style.css');
    else if (step === 'announce') this.#announce();
    else if (step === 'check') this.#check();
    else if (step === 'end') {
      this.#announce();
      this.#emit({ type: 'version', data: { version: 1, parent: null, label: '', changed: [] } });
    } else this.#changeSource(step === 'start server' ? { ...this.#files } : null);
  }

  #write(file: keyof Files, path: string): void {
    this.#writes += 1;
    this.#files[file] = this.#writes;
    this.#emit({ type: 'file', data: { turn: 't', path, change: 'written', bytes: 1, hash: 'h' } });
  }

  /** As the journal of a turn does. */
  #announce(): void {
    const newest = this.log.findLast(
      ({ type, data }) => type === 'file' || (type === 'preview' && 'state' in data && data.state === 'reload'),
    );
    if (newest?.type === 'file') this.preview.reload();
  }

  #changeSource(server: Files | null): void {
    this.#server = server;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#sourceChange = () => {
      this.#sourceChange = null;
      resolve();
    };
    void this.preview.replaceSource(() => promise);
  }

  #check(): void {
    if (!this.faults.checksUnannounced) this.#announce();
    this.#isChecking = true;
    void this.preview.check(this.#end.signal).then((check) => {
      if (this.#end.signal.aborted) return;
      this.#isChecking = false;
      this.checks.push(check);
      if (check.kind !== 'report') return;
      const { page, style } = this.#files;
      const there = JSON.stringify({ isFromServer: this.hasServer, html: page, script: page, style });
      if (check.report.snapshot !== there) this.lie = `reported ${check.report.snapshot}, but there was ${there}`;
    });
  }
}
