import { type ReadonlySignal, signal } from '@preact/signals';
import type { PreviewProblem } from '../../src/protocol/requests.ts';
import { createStage, type Stage } from '../preview/stage.ts';
import { changedSince } from '../state/activity.ts';
import type { Project } from '../state/project.ts';
import { strings } from '../strings.ts';

/** A path that stands for "not only styles": where it is not known what changed, everything is loaded again. */
const UNKNOWN_CHANGE = ['index.html'];

/** What the sheet knows of the app on it. */
export class StageHost {
  /** Path of the app that is open. */
  readonly path = signal('/');
  readonly isRedrawing = signal(false);
  readonly isLost = signal(false);
  /** What went wrong in the shown revision. */
  readonly problems = signal<readonly PreviewProblem[]>([]);
  /** The newest revision whose problems the visitor has put away. */
  readonly dismissed = signal(0);
  readonly notice = signal<string | null>(null);
  readonly revision: ReadonlySignal<number>;

  readonly #project: Project;
  #stage: Stage | null = null;
  #url: string | null = null;
  #shown = 0;

  constructor(project: Project, revision: ReadonlySignal<number>) {
    this.#project = project;
    this.revision = revision;
  }

  mount(container: HTMLElement): void {
    this.#stage = createStage(
      container,
      {
        loading: () => {
          this.isRedrawing.value = true;
          this.problems.value = [];
        },
        shown: () => {
          this.isRedrawing.value = false;
          this.isLost.value = false;
        },
        problem: (problem, revision) => this.#addProblem(problem, revision),
        report: (report) => this.#project.report(report),
        path: (path) => {
          this.path.value = path;
        },
        lost: () => {
          this.isLost.value = true;
          this.isRedrawing.value = false;
        },
        notice: (text) => {
          this.notice.value = text;
        },
      },
      { title: strings.sheet.label },
    );
  }

  unmount(): void {
    this.#stage?.clear();
    this.#stage = null;
    this.#url = null;
  }

  /** Brings the stage to what the project shows now. */
  update(url: string | null, revision: number): void {
    if (!this.#stage || url === null || revision === 0) return;
    if (url !== this.#url) {
      this.#url = url;
      this.#shown = revision;
      this.#stage.show(url, revision);
    } else if (revision > this.#shown) {
      const changed = changedSince(this.#project.view.peek(), this.#shown) ?? UNKNOWN_CHANGE;
      this.#shown = revision;
      this.problems.value = [];
      this.#stage.update({ revision, changed: changed.length > 0 ? changed : UNKNOWN_CHANGE });
    }
  }

  reload(): void {
    this.isLost.value = false;
    this.#stage?.reload();
  }

  dismissNotice(): void {
    this.notice.value = null;
  }

  dismissProblems(): void {
    this.problems.value = [];
    this.dismissed.value = this.revision.peek();
  }

  #addProblem(problem: PreviewProblem, revision: number): void {
    if (revision < this.#shown) return;
    const isKnown = this.problems.value.some(
      ({ message, kind }) => message === problem.message && kind === problem.kind,
    );
    if (!isKnown) this.problems.value = [...this.problems.value, problem].slice(0, 50);
  }
}
