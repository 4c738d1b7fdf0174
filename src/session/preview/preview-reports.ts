import type { PreviewCheck, PreviewPort } from '../../agent/turn-interfaces.ts';
import { PreviewReport } from '../../protocol/requests.ts';
import { parseStoredOr } from '../../storage/stored-json.ts';
import type { EventLog } from '../events/event-log.ts';
import type { MetaStore } from '../storage/session-meta.ts';

/** Time that a check waits for the browser's report on the newest revision. Milliseconds. */
const reportWaitMs = 10_000;

/** Time that a check waits for the page of a new project to open the preview. Milliseconds. */
const pageOpenMs = 250;

/** Age up to which a project counts as new. Milliseconds. */
const newProjectMs = 10_000;

/** Maximum state events per revision: an app whose state flips for ever must not fill the log. */
const maxStatesPerRevision = 30;

export interface PreviewReportsDeps {
  meta: Pick<MetaStore, 'get' | 'set' | 'number'>;
  log: Pick<EventLog, 'emit' | 'newestPreviewChange' | 'seq'>;
  /** Whether any page shows the preview. */
  isPreviewOpen(): boolean;
  /** Whether any event stream of the session is open. */
  hasEventReaders(): boolean;
  /** Id of the running turn, for the events; null: none runs. */
  activeTurn(): string | null;
  /** Whether the project's own server answers the preview. */
  isServing(): boolean;
  /** What is said of the preview's own page at a path (with query) that stands in for one that is not there; null: it is the app's. */
  missingPage(path: string): string | null;
  /** Pushes changed files to that server. Changes pushed together share one promise. @returns whether the server has them */
  pushFiles(): Promise<boolean>;
}

/**
 * Revisions of the preview, and the browser's reports on them, which the agent waits for.
 *
 * A revision is raised after the files or their server have changed, and every page is served with the revision of that moment. So a
 * document is made from its revision or from something newer, and a report on the newest revision, while nothing has changed since it was
 * raised, is a report on exactly what is there.
 */
export class PreviewReports implements PreviewPort {
  readonly #deps: PreviewReportsDeps;
  readonly #rechecks = new Set<() => void>();
  #states = { revision: -1, count: 0 };
  /** The newest event up to which every change of files was announced: what came before is not looked at again. */
  #announcedSeq = 0;
  /** The push of the newest changes to the project's server; null: none is under way. */
  #push: Promise<boolean> | null = null;
  /** Changes of the source that are under way. */
  #sourceChanges = 0;

  constructor(deps: PreviewReportsDeps) {
    this.#deps = deps;
  }

  get revision(): number {
    return this.#deps.meta.number('revision');
  }

  /** Tells the page to reload where files have changed since it was last told. */
  announceChanges(): void {
    const { log } = this.#deps;
    // Of any turn: one that broke, or an edit whose push was lost, may not have announced its own.
    const isNews = log.newestPreviewChange(this.#announcedSeq) === 'file';
    this.#announcedSeq = log.seq;
    if (isNews) this.reload();
  }

  /**
   * Files changed: raises the revision and tells the page to reload, once the new files are being served. Until then no report counts, as
   * all are about older files.
   */
  reload(): void {
    if (!this.#deps.isServing()) {
      this.#raiseRevision();
      return;
    }
    const push = this.#deps.pushFiles();
    if (push === this.#push) return;
    this.#push = push;
    // Announce only after the push: a page reloading earlier would fetch the old files.
    const announced = push.then((arrived) => {
      if (this.#push === push) this.#push = null;
      // A sleeping server has not got the files: a full page load wakes it, a hot reload would not.
      this.#raiseRevision({ hot: arrived && this.#deps.isServing() });
      this.recheck();
    });
    // The project may have been deleted meanwhile.
    announced.catch(() => undefined);
  }

  /** Changes the source of the preview (files or server), whether or not it succeeds: then the page loads a new document. */
  async replaceSource<T>(change: () => Promise<T>): Promise<T> {
    this.#sourceChanges += 1;
    try {
      return await change();
    } finally {
      this.#sourceChanges -= 1;
      this.#raiseRevision({ hot: false });
      this.recheck();
    }
  }

  /** Whether what the preview serves is what the revision stands for. */
  get #isSettled(): boolean {
    return this.#push === null && this.#sourceChanges === 0;
  }

  /** @param how `hot`: whether the running page gets the change from the project's server; false: it takes a new document */
  #raiseRevision(how: { hot?: boolean } = {}): void {
    const revision = this.revision + 1;
    this.#deps.meta.set({ revision: String(revision) });
    this.#deps.log.emit({ type: 'preview', data: { revision, state: 'reload', ...how } }, this.#deps.activeTurn());
  }

  /** Stores a report of the browser. Reports on older revisions, or older files, are ignored. */
  report(report: PreviewReport): void {
    if (report.revision !== this.revision || !this.#isSettled) return;
    const previous = this.#lastReport();
    this.#deps.meta.set({ report: JSON.stringify(report) });
    const fault = firstFault(report);
    const state = fault !== undefined || report.blank ? 'error' : 'ready';
    const message = fault?.message ?? (report.blank ? (this.#missingPage(report) ?? 'The page is blank.') : undefined);
    const lastMessage = previous?.revision === report.revision ? firstFault(previous)?.message : null;
    const isNews = lastMessage !== fault?.message || previous?.blank !== report.blank;
    if (this.#states.revision !== report.revision) this.#states = { revision: report.revision, count: 0 };
    if (isNews && this.#states.count < maxStatesPerRevision) {
      this.#states.count += 1;
      const data = { revision: report.revision, state, ...(message === undefined ? {} : { message }) } as const;
      this.#deps.log.emit({ type: 'preview', data }, this.#deps.activeTurn());
    }
    this.recheck();
  }

  #missingPage({ blank, path }: PreviewReport): string | null {
    return blank && !this.#deps.isServing() ? this.#deps.missingPage(path) : null;
  }

  #check(report: PreviewReport): PreviewCheck {
    const missingPage = this.#missingPage(report);
    return { kind: 'report', report, ...(missingPage !== null && { missingPage }) };
  }

  /** A page was opened or a report arrived: waiting checks re-evaluate their conditions. */
  recheck(): void {
    for (const recheck of [...this.#rechecks]) recheck();
  }

  async check(signal: AbortSignal): Promise<PreviewCheck> {
    await this.#waitUntil(() => this.#isSettled, reportWaitMs, signal);
    const report = this.#currentReport();
    if (report) return this.#check(report);
    const isNew = Date.now() - this.#deps.meta.number('created_at') < newProjectMs;
    if (!this.#deps.isPreviewOpen() && this.#deps.hasEventReaders() && isNew)
      await this.#waitUntil(() => this.#deps.isPreviewOpen(), pageOpenMs, signal);
    if (!this.#deps.isPreviewOpen()) return { kind: 'nobody_looking' };
    await this.#waitUntil(() => this.#currentReport() !== null || !this.#deps.isPreviewOpen(), reportWaitMs, signal);
    const late = this.#currentReport();
    return late ? this.#check(late) : { kind: 'no_answer' };
  }

  #lastReport(): PreviewReport | null {
    return parseStoredOr(PreviewReport, this.#deps.meta.get('report'), null);
  }

  #currentReport(): PreviewReport | null {
    const report = this.#lastReport();
    return report?.revision === this.revision && this.#isSettled ? report : null;
  }

  /** Resolves once `done` holds, `ms` have passed, or the turn is aborted. */
  #waitUntil(done: () => boolean, ms: number, signal: AbortSignal): Promise<void> {
    if (done() || signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const finish = (): void => {
        clearTimeout(timer);
        this.#rechecks.delete(recheck);
        signal.removeEventListener('abort', finish);
        resolve();
      };
      const recheck = (): void => {
        if (done()) finish();
      };
      const timer = setTimeout(finish, ms);
      this.#rechecks.add(recheck);
      signal.addEventListener('abort', finish);
    });
  }
}

/** The first problem that is one of the app's own. */
const firstFault = (report: PreviewReport) => report.problems.find(({ kind }) => kind !== 'policy');
