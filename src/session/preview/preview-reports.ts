import type { PreviewCheck, PreviewPort } from '../../agent/ports.ts';
import type { PreviewReport } from '../../protocol/requests.ts';
import type { EventLog } from '../events/event-log.ts';
import type { MetaStore } from '../storage/session-meta.ts';

/** How long a check waits for the browser's report on the newest revision. Milliseconds. */
const reportWaitMs = 10_000;

/** How long a check waits for the page of a project that has just been made to say that it shows the preview. Milliseconds. */
const arrivalMs = 250;

/** How long a project counts as just made. Milliseconds. */
const justMadeMs = 10_000;

/** States of one revision that are told at most: an app that changes its mind for ever does not fill the log. */
const maxStates = 30;

interface Desk {
  meta: MetaStore;
  log: EventLog;
  /** Whether a page that shows the preview is open. */
  looking(): boolean;
  /** Whether anybody reads this session's events now. */
  attended(): boolean;
  /** The turn that runs, for the events; null where none does. */
  turn(): string | null;
  /** Whether a server of the project's own shows its files. */
  isServed(): boolean;
  /** Whether there is a page where none does. */
  hasPage(): boolean;
  /** The files have changed: tells whether that server has got them. The same promise for changes that go together. */
  pushed(): Promise<boolean>;
}

/** Where the browser's reports on the preview arrive, and where the agent waits for them. */
export class PreviewReports implements PreviewPort {
  readonly #desk: Desk;
  readonly #waiting = new Set<() => void>();
  #states = { revision: -1, count: 0 };
  /** Brings the newest changes to the app's own server; null where none is under way. */
  #push: Promise<boolean> | null = null;

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  get revision(): number {
    return this.#desk.meta.number('revision');
  }

  /** Files changed: a new revision, and the page is told to show it, once there is something new to see. */
  reload(): void {
    if (!this.#desk.isServed()) {
      this.#raise(false);
      return;
    }
    const push = this.#desk.pushed();
    if (push === this.#push) return;
    this.#push = push;
    // Told before, a page that loads now would get the files of before, and miss the change.
    const told = push.then((there) => {
      if (this.#push === push) this.#push = null;
      // A server that sleeps is woken by a page that loads anew.
      this.#raise(there && this.#desk.isServed());
      this.arrived();
    });
    // The project may have been deleted meanwhile.
    told.catch(() => undefined);
  }

  /** Something else is shown from now on: a new revision, with a document of its own. */
  replace(): void {
    this.#raise(false);
  }

  #raise(hot: boolean): void {
    const revision = this.revision + 1;
    this.#desk.meta.set({ revision: String(revision) });
    const data = { revision, state: 'reload', ...(hot ? { hot } : {}) } as const;
    this.#desk.log.emit({ type: 'preview', data }, this.#desk.turn());
  }

  /** Takes a report. One on an older revision says nothing any more. */
  report(report: PreviewReport): void {
    if (report.revision !== this.revision) return;
    const before = this.#last();
    this.#desk.meta.set({ report: JSON.stringify(report) });
    const state = report.problems.length > 0 || report.blank ? 'error' : 'ready';
    const message = report.problems[0]?.message ?? (report.blank ? this.#whyBlank() : undefined);
    const told = before?.revision === report.revision ? before.problems[0]?.message : null;
    const isNews = told !== report.problems[0]?.message || before?.blank !== report.blank;
    if (this.#states.revision !== report.revision) this.#states = { revision: report.revision, count: 0 };
    if (isNews && this.#states.count < maxStates) {
      this.#states.count += 1;
      const data = { revision: report.revision, state, ...(message === undefined ? {} : { message }) } as const;
      this.#desk.log.emit({ type: 'preview', data }, this.#desk.turn());
    }
    this.arrived();
  }

  #whyBlank(): string {
    return this.#desk.isServed() || this.#desk.hasPage()
      ? 'The page is blank.'
      : 'There is nothing to show: the project has no index.html, and no server of its own runs.';
  }

  /** Somebody opened the page, or reported: those who wait look again. */
  arrived(): void {
    for (const wake of [...this.#waiting]) wake();
  }

  async check(signal: AbortSignal): Promise<PreviewCheck> {
    await this.#until(() => this.#push === null, reportWaitMs, signal);
    const report = this.#fresh();
    if (report) return { kind: 'report', report };
    const justMade = Date.now() - this.#desk.meta.number('created_at') < justMadeMs;
    if (!this.#desk.looking() && this.#desk.attended() && justMade)
      await this.#until(() => this.#desk.looking(), arrivalMs, signal);
    if (!this.#desk.looking()) return { kind: 'nobody_looking' };
    await this.#until(() => this.#fresh() !== null || !this.#desk.looking(), reportWaitMs, signal);
    const late = this.#fresh();
    return late ? { kind: 'report', report: late } : { kind: 'no_answer' };
  }

  #last(): PreviewReport | null {
    const json = this.#desk.meta.get('report');
    return json === undefined ? null : (JSON.parse(json) as PreviewReport);
  }

  #fresh(): PreviewReport | null {
    const report = this.#last();
    return report?.revision === this.revision ? report : null;
  }

  /** Resolves once `done` holds, the time is over, or the turn is aborted. */
  #until(done: () => boolean, ms: number, signal: AbortSignal): Promise<void> {
    if (done() || signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const finish = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(look);
        signal.removeEventListener('abort', finish);
        resolve();
      };
      const look = (): void => {
        if (done()) finish();
      };
      const timer = setTimeout(finish, ms);
      this.#waiting.add(look);
      signal.addEventListener('abort', finish);
    });
  }
}
