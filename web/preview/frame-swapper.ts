import { overlayTitle } from '../../src/protocol/bridge-limits.ts';
import type { FrameProblem, PickedElement } from '../../src/protocol/bridge-messages.ts';
import { noticeOfKeyboard } from '../../src/protocol/preview-notices.ts';
import { previewSandbox } from '../../src/protocol/preview-sandbox.ts';
import type { PreviewReport } from '../../src/protocol/requests.ts';
import type { Sketch } from '../../src/protocol/sketch.ts';
import type { Changes } from '../project/revision-changes.ts';
import { linkPreview, type PreviewLink } from './bridge-link.ts';
import { guardFocus } from './focus-guard.ts';

/** Events of the previewed app. All texts come from an untrusted app: render them as text only. */
export interface FrameSwapperEvents {
  /** A new document loads; the old one stays visible meanwhile. */
  loading?(revision: number): void;
  /** The revision is visible. */
  shown?(revision: number): void;
  problem?(problem: FrameProblem, revision: number): void;
  report?(report: PreviewReport): void;
  /** The app's own path changed. */
  path?(path: string, back: boolean, forward: boolean): void;
  /** While picking: the visitor points at an element. */
  pointed?(element: PickedElement): void;
  picked?(element: PickedElement): void;
  /** Picking ended without an element: the visitor cancelled, or the document is gone. */
  unpicked?(): void;
  sketch?(sketch: Sketch): void;
  /** The visible document no longer answers: it navigated to another site, or its bridge is gone. */
  lost?(): void;
  notice?(text: string): void;
}

export interface FrameSwapperOptions {
  /** Accessible name of the frame. */
  title: string;
  /** The page's words for what the frame shows of a problem. */
  words?: { readonly overlay: string; buildProblem(problem: FrameProblem): string };
  /** Milliseconds after which a new frame is shown even if it has not reported a paint. Default 8000. */
  timeoutMs?: number;
}

/** Shows previews in a container. A new frame loads under the old one, and replaces it once it has painted. */
export interface FrameSwapper {
  /**
   * Shows a preview in a new document.
   *
   * @param url the `previewUrl` of the session, or the address of a version
   * @param path path of the app; default `/`
   */
  show(url: string, revision: number, path?: string): void;
  /**
   * Shows a newer revision. The app applies it by itself if `hot`; styles are updated in place if nothing else changed;
   * otherwise a new document loads at the same path.
   *
   * @param change all that changed after the revision `from`; null if that is not known
   */
  update(from: number, revision: number, change: Changes | null): void;
  /** Loads the visible revision again. */
  reload(): void;
  /** `back`, `forward` or a path of the app. */
  navigate(to: string): void;
  /** Starts or ends picking an element in the visible document, which gets the focus. Ends by itself with the first pick. */
  pick(on: boolean): void;
  /** Asks the visible document for a fresh report. Answered by `report`. */
  requestReport(): void;
  /** Removes all frames. `show` can be called again. */
  clear(): void;
}

/** One `iframe` with its link. */
interface Frame {
  element: HTMLIFrameElement;
  link: PreviewLink;
  revision: number;
  connected: boolean;
  path: string;
  scroll: { x: number; y: number };
  /** Fires if the frame does not paint or answer in time. */
  timer: ReturnType<typeof setTimeout> | undefined;
}

/** Milliseconds that an update in place may take. */
const updateMs = 3000;
/** Milliseconds after which a new document without a connection counts as blocked by an old one that does not answer. */
const stuckMs = 2500;

function createIframe(url: string, title: string): HTMLIFrameElement {
  const element = document.createElement('iframe');
  element.setAttribute('sandbox', previewSandbox);
  // No fullscreen: a page that fills the screen could pass for another site.
  element.allow = 'clipboard-write';
  element.referrerPolicy = 'no-referrer';
  element.title = title;
  // Opaque: a page without a background looks as it does in a tab, and hides the frame that loads under it.
  Object.assign(element.style, {
    position: 'absolute',
    inset: '0',
    width: '100%',
    height: '100%',
    border: '0',
    background: '#fff',
    colorScheme: 'light',
  });
  element.src = url;
  return element;
}

/** @param container an empty element; it becomes the frames' positioned parent */
export function createFrameSwapper(
  container: HTMLElement,
  events: FrameSwapperEvents,
  options: FrameSwapperOptions,
): FrameSwapper {
  const { title, words, timeoutMs = 8000 } = options;
  let base: string | null = null;
  let current: Frame | null = null;
  let next: Frame | null = null;
  let picking: Frame | null = null;
  let stopGuard: (() => void) | null = null;
  if (getComputedStyle(container).position === 'static') container.style.position = 'relative';
  // Keeps the frames' `z-index` inside the container.
  container.style.isolation = 'isolate';

  const remove = (frame: Frame | null) => {
    if (!frame) return;
    clearTimeout(frame.timer);
    frame.link.close();
    frame.element.remove();
    endPicking(frame);
  };

  /** Ends picking in a frame; events of a frame that was not asked to pick are ignored. */
  const endPicking = (frame: Frame, picked?: PickedElement) => {
    if (frame !== picking) return;
    picking = null;
    if (picked) events.picked?.(picked);
    else events.unpicked?.();
  };

  /** Removes an app that keeps taking the keyboard focus from the visitor. */
  const stopFocusThief = (element: Element) => {
    const frame = [current, next].find((each) => each?.element === element);
    if (!frame) return;
    frame.connected = false;
    clearTimeout(frame.timer);
    frame.link.close();
    element.remove();
    if (frame === next) next = null;
    endPicking(frame);
    events.notice?.(noticeOfKeyboard);
    events.lost?.();
  };

  /** Makes the loading frame the visible one. */
  const promote = (frame: Frame) => {
    if (frame !== next) return;
    clearTimeout(frame.timer);
    const hadFocus = current !== null && document.activeElement === current.element;
    const old = current;
    current = frame;
    next = null;
    frame.element.inert = false;
    frame.element.style.zIndex = '1';
    // Before the old frame goes: if the focus fell back to the page in between, browser and page could disagree about it, and Tab
    // would never leave the app.
    if (hadFocus) frame.element.focus();
    remove(old);
    events.shown?.(frame.revision);
  };

  const start = (path: string, revision: number, scroll: Frame['scroll']) => {
    if (base === null) return;
    remove(next);
    const origin = new URL(base).origin;
    const target = new URL(path, base);
    const element = createIframe(target.origin === origin ? target.href : base, title);
    // Under the old frame and as large: Chromium throttles frames that are hidden or out of view.
    element.style.zIndex = '0';
    element.inert = current !== null;
    const isNewest = () => frame === (next ?? current);
    const link = linkPreview(element, origin, {
      connected(seen) {
        frame.connected = true;
        frame.revision = Math.max(frame.revision, seen);
        if (frame.scroll.x !== 0 || frame.scroll.y !== 0) link.scrollTo(frame.scroll.x, frame.scroll.y);
      },
      painted(seen) {
        if (frame === next) return promote(frame);
        if (frame !== current) return;
        if (seen >= frame.revision) clearTimeout(frame.timer);
        events.shown?.(seen);
      },
      stale() {
        if (frame === current && !next) restart(frame.revision);
      },
      lost(flooding) {
        frame.connected = false;
        if (frame === next) promote(frame);
        if (flooding) element.remove();
        endPicking(frame);
        if (frame === current) events.lost?.();
      },
      path(to, back, forward) {
        frame.path = to;
        if (isNewest()) events.path?.(to, back, forward);
      },
      pointed: (pointed) => frame === picking && events.pointed?.(pointed),
      picked: (picked) => endPicking(frame, picked),
      unpicked: () => endPicking(frame),
      sketch: (sketch) => isNewest() && events.sketch?.(sketch),
      scroll(x, y) {
        frame.scroll = { x, y };
      },
      problem(problem, seen) {
        if (words) link.translate({ [overlayTitle]: words.overlay, [problem.message]: words.buildProblem(problem) });
        if (isNewest()) events.problem?.(problem, seen);
      },
      report: (report) => isNewest() && events.report?.(report),
      notice: (text) => isNewest() && events.notice?.(text),
    });
    const timer = setTimeout(() => promote(frame), timeoutMs);
    const frame: Frame = { element, link, revision, connected: false, path, scroll, timer };
    next = frame;
    events.loading?.(revision);
    stopGuard ??= guardFocus(container, stopFocusThief);
    container.append(element);
    // Forces layout, so that the frame has a size at once: a hidden tab would lay it out only when seen, a busy page late.
    element.getBoundingClientRect();
    if (current) replaceIfStuck(current, frame);
  };

  /** Both documents share one thread: an endless loop in the old one would keep the new one from ever loading. */
  const replaceIfStuck = (old: Frame, frame: Frame) => {
    const pingedAt = performance.now();
    old.link.ping();
    setTimeout(() => {
      if (frame !== next || frame.connected || old !== current || old.link.lastMessageAt >= pingedAt) return;
      remove(old);
      current = null;
      start(frame.path, frame.revision, frame.scroll);
    }, stuckMs);
  };

  /** Loads a new document at the current path and scroll position. */
  const restart = (revision: number) => {
    const at = current ?? next;
    start(at?.path ?? '/', revision, at?.scroll ?? { x: 0, y: 0 });
  };

  return {
    show(url, revision, path = '/') {
      base = url;
      start(path, revision, { x: 0, y: 0 });
    },
    update(from, revision, change) {
      const { paths, hot } = change ?? { paths: [], hot: false };
      const styles = paths.length > 0 && paths.every((path) => /\.css$/.test(path) && !/\.module\.css$/.test(path));
      if (!(styles || hot) || !current?.connected || next) return restart(revision);
      const frame = current;
      frame.revision = revision;
      clearTimeout(frame.timer);
      frame.timer = setTimeout(() => frame === current && !next && restart(revision), updateMs);
      if (hot) frame.link.hot(from, revision);
      else frame.link.hotCss(paths, from, revision);
    },
    reload() {
      const at = next ?? current;
      if (at) restart(at.revision);
    },
    navigate: (to) => current?.link.navigate(to),
    pick(on) {
      if (on === (picking !== null)) return;
      const frame = picking ?? current;
      if (!frame?.connected) return events.unpicked?.();
      picking = on ? frame : null;
      frame.link.pick(on);
      if (on) frame.element.focus();
    },
    requestReport: () => current?.link.requestReport(),
    clear() {
      remove(next);
      remove(current);
      stopGuard?.();
      stopGuard = current = next = null;
      base = null;
    },
  };
}
