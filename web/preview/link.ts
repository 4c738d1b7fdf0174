import type { PreviewProblem, PreviewReport } from '../../src/protocol/requests.ts';

/** What a previewed app tells. All of it was written by an untrusted app: show it as text, nothing more. */
export interface LinkEvents {
  connected(revision: number): void;
  /** The revision stands on the screen, or an error that stays. */
  painted(revision: number): void;
  problem(problem: PreviewProblem, revision: number): void;
  report(report: PreviewReport): void;
  path(path: string): void;
  /** The document in the frame no longer answers: it went to another site, or its bridge is gone. */
  lost(): void;
  /** The styles could not be swapped in place: the revision needs a new document. */
  stale(revision: number): void;
  scroll(x: number, y: number): void;
  notice(text: string): void;
}

/** The page's end of the bridge to one frame. */
export interface PreviewLink {
  /** Fetches the styles of these workspace paths again, in place. Answered by `painted` or `stale`. */
  hotCss(paths: readonly string[], revision: number): void;
  reload(): void;
  /** `back`, `forward` or a path of the app. */
  navigate(to: string): void;
  /** Asks for a fresh report. Answered by `report`. */
  requestReport(): void;
  scrollTo(x: number, y: number): void;
  close(): void;
}

/**
 * Links a frame that shows a preview.
 *
 * @param origin exact origin of the preview, for example `http://<label>.localhost:8787`
 */
export declare function linkPreview(frame: HTMLIFrameElement, origin: string, events: LinkEvents): PreviewLink;
