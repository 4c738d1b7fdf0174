import type { PickedElement, Sketch } from '../../src/protocol/bridge-messages.ts';
import type { PreviewProblem, PreviewReport } from '../../src/protocol/requests.ts';
import { linkPreview, type PreviewLink } from './bridge-link.ts';
import { guardFocus } from './focus-guard.ts';

/** What happens on the stage. Texts come from an untrusted app: show them as text, nothing more. */
export interface FrameSwapperEvents {
  /** A new document is on its way; the old picture stays meanwhile. */
  loading?(revision: number): void;
  /** This revision is what the visitor sees now. */
  shown?(revision: number): void;
  problem?(problem: PreviewProblem, revision: number): void;
  report?(report: PreviewReport): void;
  /** The app's own path changed. */
  path?(path: string, back: boolean, forward: boolean): void;
  /** The visitor points at an element, as was asked for. */
  pointed?(element: PickedElement): void;
  picked?(element: PickedElement): void;
  /** Picking has ended without an element: the visitor left, or the document did. */
  unpicked?(): void;
  sketch?(sketch: Sketch): void;
  /** The shown document no longer answers (it went to another site, or its bridge is gone). */
  lost?(): void;
  notice?(text: string): void;
}

export interface FrameSwapperOptions {
  /** Accessible name of the frame. */
  title: string;
  /** Milliseconds after which a new frame is shown though it has not said that it has painted. 8000 unless told. */
  timeoutMs?: number;
}

/** Shows previews in a container, each new one under the old until it has painted. */
export interface FrameSwapper {
  /**
   * Shows a preview from its start.
   *
   * @param url the `previewUrl` of the session, or that of a version
   * @param path of the app, `/` unless told
   */
  show(url: string, revision: number, path?: string): void;
  /** Shows a newer revision: nothing to do where the app brings it in by itself (`hot`), styles in place where only styles changed, else a new document at the same path. */
  update(change: { revision: number; changed: readonly string[]; hot?: boolean }): void;
  /** Loads the shown revision again. */
  reload(): void;
  /** `back`, `forward` or a path of the app. */
  navigate(to: string): void;
  /** Begins or ends picking an element in the shown document, which gets the focus. It ends by itself with the first. */
  pick(on: boolean): void;
  /** Asks the shown document for a fresh report; it comes as `report`. */
  requestReport(): void;
  /** Takes all frames away. The stage can be used again. */
  clear(): void;
}

/** One frame with its link. */
interface Frame {
  frame: HTMLIFrameElement;
  link: PreviewLink;
  revision: number;
  connected: boolean;
  path: string;
  scroll: { x: number; y: number };
  /** Runs out where the frame does not paint, or does not answer. */
  timer: ReturnType<typeof setTimeout> | undefined;
}

/** As in the answers of a preview host: never top navigation, never popups out of the sandbox. */
const sandbox = 'allow-scripts allow-same-origin allow-forms allow-modals allow-downloads allow-popups';
/** Milliseconds for a swap of styles in place. */
const swapMs = 3000;
/** Milliseconds after which a new document that is not there, under an old one that does not answer, is taken to be held up by it. */
const stuckMs = 2500;

function makeFrame(url: string, title: string): HTMLIFrameElement {
  const frame = document.createElement('iframe');
  frame.setAttribute('sandbox', sandbox);
  // A page that fills the screen could pass for another: for that the visitor opens the app in a tab.
  frame.allow = 'clipboard-write';
  frame.referrerPolicy = 'no-referrer';
  frame.title = title;
  // Not transparent: a page without a background of its own looks as it does in a tab, and hides what waits under it.
  Object.assign(frame.style, {
    position: 'absolute',
    inset: '0',
    width: '100%',
    height: '100%',
    border: '0',
    background: '#fff',
    colorScheme: 'light',
  });
  frame.src = url;
  return frame;
}

/** @param container an element of its own; it becomes the frames' positioned parent */
export function createFrameSwapper(
  container: HTMLElement,
  events: FrameSwapperEvents,
  options: FrameSwapperOptions,
): FrameSwapper {
  const { title, timeoutMs = 8000 } = options;
  let base: string | null = null;
  let current: Frame | null = null;
  let next: Frame | null = null;
  let picking: Frame | null = null;
  let release: (() => void) | null = null;
  if (getComputedStyle(container).position === 'static') container.style.position = 'relative';
  // The stacking of the frames stays among themselves.
  container.style.isolation = 'isolate';

  const remove = (actor: Frame | null) => {
    if (!actor) return;
    clearTimeout(actor.timer);
    actor.link.close();
    actor.frame.remove();
    endPicking(actor);
  };

  /** What a document says of picking counts while it was asked to pick, and no longer. */
  const endPicking = (actor: Frame, element?: PickedElement) => {
    if (actor !== picking) return;
    picking = null;
    if (element) events.picked?.(element);
    else events.unpicked?.();
  };

  /** Takes away an app that does not leave the keyboard to the visitor. */
  const expel = (frame: Element) => {
    const actor = [current, next].find((one) => one?.frame === frame);
    if (!actor) return;
    actor.connected = false;
    clearTimeout(actor.timer);
    actor.link.close();
    frame.remove();
    if (actor === next) next = null;
    endPicking(actor);
    events.notice?.('The app was stopped: it took the keyboard while you were typing.');
    events.lost?.();
  };

  const promote = (actor: Frame) => {
    if (actor !== next) return;
    clearTimeout(actor.timer);
    const focused = current !== null && document.activeElement === current.frame;
    const old = current;
    current = actor;
    next = null;
    actor.frame.inert = false;
    actor.frame.style.zIndex = '1';
    // Straight from frame to frame: by way of the page, page and browser may come to differ on who has it, and Tab never leaves the app.
    if (focused) actor.frame.focus();
    remove(old);
    events.shown?.(actor.revision);
  };

  const start = (path: string, revision: number, scroll: Frame['scroll']) => {
    if (base === null) return;
    remove(next);
    const origin = new URL(base).origin;
    const target = new URL(path, base);
    const frame = makeFrame(target.origin === origin ? target.href : base, title);
    // Under the old frame and as large: Chromium slows down what is hidden or out of sight.
    frame.style.zIndex = '0';
    frame.inert = current !== null;
    const newest = () => actor === (next ?? current);
    const link = linkPreview(frame, origin, {
      connected(seen) {
        actor.connected = true;
        actor.revision = Math.max(actor.revision, seen);
        if (actor.scroll.x !== 0 || actor.scroll.y !== 0) link.scrollTo(actor.scroll.x, actor.scroll.y);
      },
      painted(seen) {
        if (actor === next) return promote(actor);
        if (actor !== current) return;
        clearTimeout(actor.timer);
        events.shown?.(seen);
      },
      stale() {
        if (actor === current && !next) restart(actor.revision);
      },
      lost(flooding) {
        actor.connected = false;
        if (actor === next) promote(actor);
        if (flooding) actor.frame.remove();
        endPicking(actor);
        if (actor === current) events.lost?.();
      },
      path(to, back, forward) {
        actor.path = to;
        if (newest()) events.path?.(to, back, forward);
      },
      pointed: (element) => actor === picking && events.pointed?.(element),
      picked: (element) => endPicking(actor, element),
      unpicked: () => endPicking(actor),
      sketch: (sketch) => newest() && events.sketch?.(sketch),
      scroll(x, y) {
        actor.scroll = { x, y };
      },
      problem: (problem, seen) => newest() && events.problem?.(problem, seen),
      report: (report) => newest() && events.report?.(report),
      notice: (text) => newest() && events.notice?.(text),
    });
    const timer = setTimeout(() => promote(actor), timeoutMs);
    const actor: Frame = { frame, link, revision, connected: false, path, scroll, timer };
    next = actor;
    events.loading?.(revision);
    release ??= guardFocus(container, expel);
    container.append(frame);
    // Gives it its room now: the page of a hidden tab would not before it is seen again, and a busy one late.
    frame.getBoundingClientRect();
    if (current) freeFrom(current, actor);
  };

  /** Both documents share one thread: an endless loop in the old one would keep the new one from ever being seen. */
  const freeFrom = (old: Frame, actor: Frame) => {
    const asked = performance.now();
    old.link.ping();
    setTimeout(() => {
      if (actor !== next || actor.connected || old !== current || old.link.heardAt >= asked) return;
      remove(old);
      current = null;
      start(actor.path, actor.revision, actor.scroll);
    }, stuckMs);
  };

  /** A new document where the visitor is now. */
  const restart = (revision: number) => {
    const at = current ?? next;
    start(at?.path ?? '/', revision, at?.scroll ?? { x: 0, y: 0 });
  };

  return {
    show(url, revision, path = '/') {
      base = url;
      start(path, revision, { x: 0, y: 0 });
    },
    update({ revision, changed, hot = false }) {
      const styles = changed.length > 0 && changed.every((path) => /\.css$/.test(path) && !/\.module\.css$/.test(path));
      if (!(styles || hot) || !current?.connected || next) return restart(revision);
      const actor = current;
      actor.revision = revision;
      clearTimeout(actor.timer);
      actor.timer = setTimeout(() => actor === current && !next && restart(revision), swapMs);
      if (hot) actor.link.hot(revision);
      else actor.link.hotCss(changed, revision);
    },
    reload() {
      const at = next ?? current;
      if (at) restart(at.revision);
    },
    navigate: (to) => current?.link.navigate(to),
    pick(on) {
      if (on === (picking !== null)) return;
      const actor = picking ?? current;
      if (!actor?.connected) return events.unpicked?.();
      picking = on ? actor : null;
      actor.link.pick(on);
      if (on) actor.frame.focus();
    },
    requestReport: () => current?.link.requestReport(),
    clear() {
      remove(next);
      remove(current);
      release?.();
      release = current = next = null;
      base = null;
    },
  };
}
