import type { PreviewProblem, PreviewReport } from '../../src/protocol/requests.ts';

/** What happens on the stage. Texts come from an untrusted app: show them as text, nothing more. */
export interface StageEvents {
  /** A new document is on its way; the old picture stays meanwhile. */
  loading?(revision: number): void;
  /** This revision is what the visitor sees now. */
  shown?(revision: number): void;
  problem?(problem: PreviewProblem, revision: number): void;
  report?(report: PreviewReport): void;
  /** The app's own path changed. */
  path?(path: string): void;
  /** The shown document no longer answers (it went to another site, or its bridge is gone). */
  lost?(): void;
  notice?(text: string): void;
}

export interface StageOptions {
  /** Accessible name of the frame. */
  title: string;
  /** Milliseconds after which a new frame is shown though it has not said that it has painted. 8000 unless told. */
  timeoutMs?: number;
}

/** Shows previews in a container, each new one under the old until it has painted. */
export interface Stage {
  /**
   * Shows a preview from its start.
   *
   * @param url the `previewUrl` of the session, or that of a version
   */
  show(url: string, revision: number): void;
  /** Shows a newer revision: styles in place where only styles changed, else a new document at the same path. */
  update(change: { revision: number; changed: readonly string[] }): void;
  /** Loads the shown revision again. */
  reload(): void;
  /** `back`, `forward` or a path of the app. */
  navigate(to: string): void;
  /** Asks the shown document for a fresh report; it comes as `report`. */
  requestReport(): void;
  /** Takes all frames away. The stage can be used again. */
  clear(): void;
}

/** @param container an element of its own; it becomes the frames' positioned parent */
export declare function createStage(container: HTMLElement, events: StageEvents, options: StageOptions): Stage;
