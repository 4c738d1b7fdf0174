import { type ReadonlySignal, signal } from '@preact/signals';
import type { PickedElement } from '../../src/protocol/bridge-messages.ts';
import type { PreviewProblem } from '../../src/protocol/requests.ts';
import type { Project } from '../project/project.ts';
import { changedSince, isHotSince } from '../project/revision-changes.ts';
import { strings } from '../strings/strings.ts';
import type { createFrameSwapper, FrameSwapper } from './frame-swapper.ts';
import { keepSketch } from './sketch-store.ts';
import { versionUrl } from './view-state.ts';

/** A path that stands for "not only styles": where it is not known what changed, everything is loaded again. */
const UNKNOWN_CHANGE = ['index.html'];

/** What the sheet knows of the app on it. */
export class PreviewController {
  /** Path of the app that is open. */
  readonly path = signal('/');
  readonly canGoBack = signal(false);
  readonly canGoForward = signal(false);
  readonly isRedrawing = signal(false);
  readonly isLost = signal(false);
  /** Whether the visitor is pointing at an element. */
  readonly isPicking = signal(false);
  /** The element that is pointed at. */
  readonly pointed = signal<PickedElement | null>(null);
  /** What went wrong in the shown revision. */
  readonly problems = signal<readonly PreviewProblem[]>([]);
  /** The newest revision whose problems the visitor has put away. */
  readonly dismissed = signal(0);
  readonly notice = signal<string | null>(null);
  readonly revision: ReadonlySignal<number>;

  readonly #project: Project;
  #stage: FrameSwapper | null = null;
  #url: string | null = null;
  #shown = 0;
  #isOld = false;

  constructor(project: Project, revision: ReadonlySignal<number>) {
    this.#project = project;
    this.revision = revision;
  }

  /** @param create makes the stage; it is loaded with the sheet, this is not */
  mount(container: HTMLElement, create: typeof createFrameSwapper): void {
    this.#stage = create(
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
      { title: strings.sheet.label },
    );
  }

  unmount(): void {
    this.#stage?.clear();
    this.#stage = null;
    this.#url = null;
  }

  /**
   * Brings the stage to what is to be seen now.
   *
   * @param url the `previewUrl` of the project
   * @param version an older version to look at, or null for the app as it is
   */
  update(url: string | null, revision: number, version: number | null): void {
    if (!this.#stage || url === null || revision === 0) return;
    const wanted = version === null ? url : versionUrl(url, version);
    if (wanted !== this.#url) {
      this.#url = wanted;
      this.#shown = revision;
      this.#isOld = version !== null;
      this.#stage.show(wanted, revision, this.path.peek());
    } else if (revision > this.#shown && version === null) {
      const changed = changedSince(this.#project.view.peek(), this.#shown) ?? UNKNOWN_CHANGE;
      const hot = isHotSince(this.#project.view.peek(), this.#shown);
      this.#shown = revision;
      this.problems.value = [];
      this.#stage.update({ revision, changed: changed.length > 0 ? changed : UNKNOWN_CHANGE, hot });
    }
  }

  /** Address of what is on the sheet now, for a tab of its own. */
  address(url: string, version: number | null): string {
    return new URL(this.path.value, version === null ? url : versionUrl(url, version)).href;
  }

  reload(): void {
    this.isLost.value = false;
    this.#stage?.reload();
  }

  /** `back`, `forward` or a path of the app. */
  navigate(to: string): void {
    this.#stage?.navigate(to);
  }

  /** Begins or ends pointing at an element; what is picked becomes `picked` of the project. */
  pick(on: boolean): void {
    this.isPicking.value = on;
    if (!on) this.pointed.value = null;
    this.#stage?.pick(on);
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

  #addProblem(problem: PreviewProblem, revision: number): void {
    if (this.#isOld || revision < this.#shown) return;
    const isKnown = this.problems.value.some(
      ({ message, kind }) => message === problem.message && kind === problem.kind,
    );
    if (!isKnown) this.problems.value = [...this.problems.value, problem].slice(0, 50);
  }
}
