import { vi } from 'vitest';
import type { PreviewCheck } from '../../../src/agent/turn-interfaces.ts';
import type { Draft, RedrawEvent } from '../../../src/protocol/events.ts';
import { PreviewReports } from '../../../src/session/preview/preview-reports.ts';
import { type Faults, type Files, Page, type Session } from './preview-model-page.ts';

/** What the agent and the visitor do to a project, in order. Each turn of the agent ends with `end`. */
export type Step = 'write page' | 'write style' | 'announce' | 'check' | 'end' | 'start server' | 'stop server';

/** A session, its pages and the previewed documents. Nothing happens by itself: every message moves when the test says so. */
export class World implements Session {
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
      log: this,
      isPreviewOpen: () => true,
      hasEventReaders: () => true,
      activeTurn: () => 't',
      isServing: () => this.#server !== null,
      missingPage: () => null,
      pushFiles: () => this.#pushFiles(),
    });
    this.#pages = Array.from({ length: pages }, () => new Page(this));
  }

  get seq(): number {
    return this.log.length;
  }

  newestPreviewChange(after: number): 'file' | 'reload' | null {
    const newest = this.log
      .slice(after)
      .findLast(
        ({ type, data }) => type === 'file' || (type === 'preview' && 'state' in data && data.state === 'reload'),
      );
    if (!newest) return null;
    return newest.type === 'file' ? 'file' : 'reload';
  }

  emit(draft: Draft): void {
    this.log.push({ ...draft, seq: this.log.length + 1 } as RedrawEvent);
  }

  get hasServer(): boolean {
    return this.#server !== null;
  }

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
    else if (step === 'announce') this.preview.announceChanges();
    else if (step === 'check') this.#check();
    else if (step === 'end') {
      this.preview.announceChanges();
      this.emit({ type: 'version', data: { version: 1, parent: null, label: '', changed: [] } });
    } else this.#changeSource(step === 'start server' ? { ...this.#files } : null);
  }

  #write(file: keyof Files, path: string): void {
    this.#writes += 1;
    this.#files[file] = this.#writes;
    this.emit({ type: 'file', data: { turn: 't', path, change: 'written', bytes: 1, hash: 'h' } });
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
    if (!this.faults.checksUnannounced) this.preview.announceChanges();
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
