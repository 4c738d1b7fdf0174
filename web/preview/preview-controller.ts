import { type ReadonlySignal, signal } from '@preact/signals';
import type { FrameProblem, PickedElement } from '../../src/protocol/bridge-messages.ts';
import type { Project } from '../project/project.ts';
import { changesBetween } from '../project/revision-changes.ts';
import { strings } from '../strings/strings.ts';
import type { createFrameSwapper, FrameSwapper } from './frame-swapper.ts';
import { keepSketch } from './sketch-store.ts';
import { versionUrl } from './view-state.ts';

/** Controls the preview of a project, and holds its state as signals. */
export class PreviewController {
  /** Current path of the app. */
  readonly path = signal('/');
  readonly canGoBack = signal(false);
  readonly canGoForward = signal(false);
  readonly isRedrawing = signal(false);
  readonly isLost = signal(false);
  /** Whether the visitor is picking an element. */
  readonly isPicking = signal(false);
  /** While picking: the element under the pointer. */
  readonly pointed = signal<PickedElement | null>(null);
  /** Problems of the visible revision. */
  readonly problems = signal<readonly FrameProblem[]>([]);
  /** The newest revision whose problems the visitor has dismissed. */
  readonly dismissed = signal(0);
  readonly notice = signal<string | null>(null);
  readonly revision: ReadonlySignal<number>;

  readonly #project: Project;
  #frames: FrameSwapper | null = null;
  #url: string | null = null;
  #shownRevision = 0;
  #isOld = false;

  constructor(project: Project, revision: ReadonlySignal<number>) {
    this.#project = project;
    this.revision = revision;
  }

  /** @param create passed in, because the frame swapper is loaded later than this class */
  mount(container: HTMLElement, create: typeof createFrameSwapper): void {
    this.#frames = create(
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
        report: (report) => {
          if (!this.#isOld) this.#project.report(report);
        },
        path: (path, back, forward) => {
          this.path.value = path;
          this.canGoBack.value = back;
          this.canGoForward.value = forward;
        },
        pointed: (element) => {
          this.pointed.value = element;
        },
        picked: (element) => {
          this.#endPicking();
          this.#project.picked.value = element;
        },
        unpicked: () => this.#endPicking(),
        sketch: (sketch) => {
          if (!this.#isOld) keepSketch(this.#project.id, sketch, localStorage, Date.now());
        },
        lost: () => {
          this.isLost.value = true;
          this.isRedrawing.value = false;
        },
        notice: (text) => {
          this.notice.value = text;
        },
      },
      {
        title: strings.sheet.label,
        words: strings.sheet,
      },
    );
  }

  unmount(): void {
    this.#frames?.clear();
    this.#frames = null;
    this.#url = null;
  }

  /**
   * Shows a revision of the app, or an older version.
   *
   * @param url the `previewUrl` of the project
   * @param version an older version; null for the current one
   */
  update(url: string | null, revision: number, version: number | null): void {
    if (!this.#frames || url === null || revision === 0) return;
    const wanted = version === null ? url : versionUrl(url, version);
    if (wanted !== this.#url) {
      this.#url = wanted;
      this.#shownRevision = revision;
      this.#isOld = version !== null;
      this.#frames.show(wanted, revision, this.path.peek());
    } else if (revision > this.#shownRevision && version === null) {
      const from = this.#shownRevision;
      this.#shownRevision = revision;
      this.problems.value = [];
      this.#frames.update(from, revision, changesBetween(this.#project.view.peek(), from, revision));
    }
  }

  /** Address of the visible page, for a tab of its own. */
  address(url: string, version: number | null): string {
    return new URL(this.path.value, version === null ? url : versionUrl(url, version)).href;
  }

  reload(): void {
    this.isLost.value = false;
    this.#frames?.reload();
  }

  /** `back`, `forward` or a path of the app. */
  navigate(to: string): void {
    this.#frames?.navigate(to);
  }

  /** Starts or ends picking. The picked element becomes `picked` of the project. */
  pick(on: boolean): void {
    this.isPicking.value = on;
    if (!on) this.pointed.value = null;
    this.#frames?.pick(on);
  }

  dismissNotice(): void {
    this.notice.value = null;
  }

  dismissProblems(): void {
    this.problems.value = [];
    this.dismissed.value = this.revision.peek();
  }

  #endPicking(): void {
    this.isPicking.value = false;
    this.pointed.value = null;
  }

  #addProblem(problem: FrameProblem, revision: number): void {
    if (this.#isOld || revision < this.#shownRevision || problem.kind === 'policy') return;
    const isKnown = this.problems.value.some(
      ({ message, kind }) => message === problem.message && kind === problem.kind,
    );
    if (!isKnown) this.problems.value = [...this.problems.value, problem].slice(0, 50);
  }
}
