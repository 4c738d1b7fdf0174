import type { RedrawEvent } from '../../../src/protocol/events.ts';
import type { PreviewReport } from '../../../src/protocol/requests.ts';
import type { PreviewReports } from '../../../src/session/preview/preview-reports.ts';
import { DocumentRevision } from '../../../web/bridge/document-revision.ts';
import { reduce } from '../../../web/project/reduce.ts';
import { type Changes, changesBetween } from '../../../web/project/revision-changes.ts';
import { emptyView, type View } from '../../../web/project/view.ts';

/** A project's files: a page that is part of the document's own HTML, a script, and a style sheet. Each by the number of its write. */
export interface Files {
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

/** What a page and its documents can reach of a session. */
export interface Session {
  readonly faults: Faults;
  readonly log: readonly RedrawEvent[];
  readonly preview: PreviewReports;
  /** The files that a request gets at this moment. */
  readonly served: Readonly<Files>;
  readonly hasServer: boolean;
}

type ToDocument = { from: number; to: number; change: Changes };
type ToPage = { type: 'painted' } | { type: 'stale' } | { type: 'report'; report: PreviewReport };

/** A document in a frame, with the messages on their way in either direction. */
class Document {
  readonly #session: Session;
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

  constructor(session: Session, expected: number) {
    this.#session = session;
    this.expected = expected;
  }

  loadHtml(): void {
    const { faults, hasServer, preview, served } = this.#session;
    // The server answers with its revision and the page in one synchronous run.
    this.revision = new (faults.revision ?? DocumentRevision)(preview.revision);
    this.html = served.page;
    this.isFromServer = hasServer;
  }

  loadRest(): void {
    this.script = this.#session.served.page;
    this.style = this.#session.served.style;
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
            const { served, hasServer } = this.#session;
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
export class Page {
  readonly #session: Session;
  /** As it is drawn; {@link Page.#current} is ahead of it. */
  #view: View = emptyView;
  #current: View = emptyView;
  #received = 0;
  /** The call for the project's detail: on its way, or answered with a revision. */
  #detail: 'asked' | number | null = null;
  #detailRevision = 0;
  /** The revision with which the preview is to be updated, once the page has been drawn. */
  #effect: number | null = null;
  #lastRevision = 0;
  /** The revision that the preview was last told to show. */
  #shownRevision = 0;
  #shown: Document | null = null;
  #loading: Document | null = null;
  #outbox: PreviewReport | null = null;

  constructor(session: Session) {
    this.#session = session;
  }

  #load(revision: number): void {
    this.#loading = new Document(this.#session, revision);
  }

  /** As the preview's controller and its frame swapper decide. */
  #updatePreview(revision: number): void {
    const from = this.#shownRevision;
    if (revision <= from) return;
    this.#shownRevision = revision;
    const change = (this.#session.faults.changes ?? changesBetween)(this.#view, from, revision);
    const isStyles = change !== null && change.paths.length > 0 && change.paths.every((path) => path.endsWith('.css'));
    if (change && (isStyles || change.hot) && this.#shown && !this.#loading)
      this.#shown.toDocument.push({ from, to: revision, change });
    else this.#load(revision);
  }

  /** What can happen next, by name. */
  actions(): [string, () => void][] {
    const found: [string, () => void][] = [];
    const { log } = this.#session;
    const next = log[this.#received];
    if (next) found.push(['an event arrives', () => this.#hearEvent(next)]);
    if (this.#view !== this.#current)
      found.push([
        'the page is drawn',
        () => {
          this.#view = this.#current;
          this.#noteRevision();
        },
      ]);
    const revision = this.#effect;
    if (revision !== null)
      found.push([
        'the preview is updated',
        () => {
          this.#effect = null;
          this.#updatePreview(revision);
        },
      ]);
    const detail = this.#detail;
    if (detail === 'asked')
      found.push([
        'the detail is read',
        () => {
          this.#detail = this.#session.preview.revision;
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
          this.#session.preview.report(report);
        },
      ]);
    if (this.#shown) found.push(...this.#documentActions('the shown document', this.#shown));
    if (this.#loading) found.push(...this.#documentActions('the new document', this.#loading));
    return found;
  }

  #noteRevision(): void {
    const revision = Math.max(this.#detailRevision, this.#view.preview.revision);
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
    else if (message.type === 'report' && isNewest) this.#outbox = message.report;
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
    const { seq, preview } = this.#view;
    const known = [this.#received, seq, preview.revision, this.#current.preview];
    return [
      known,
      this.#detail,
      this.#detailRevision,
      this.#effect,
      this.#lastRevision,
      this.#shownRevision,
      this.#outbox,
      documents,
    ];
  }
}
