import * as v from 'valibot';
import { bridgeLimits } from '../../src/protocol/bridge-limits.ts';
import {
  BridgeHello,
  FrameMessage,
  type FrameProblem,
  type PageMessage,
  type PickedElement,
} from '../../src/protocol/bridge-messages.ts';
import { noticeOfDropped, noticeOfReport } from '../../src/protocol/preview-notices.ts';
import type { PreviewReport } from '../../src/protocol/requests.ts';
import type { Sketch } from '../../src/protocol/sketch.ts';
import { createTokenBucket } from '../bridge/token-bucket.ts';

/** Events of a previewed app. All texts come from an untrusted app: render them as text only. */
export interface LinkEvents {
  connected(revision: number): void;
  /** The revision has been drawn, or a lasting error was. */
  painted(revision: number): void;
  problem(problem: FrameProblem, revision: number): void;
  report(report: PreviewReport): void;
  /** The app's path changed; `back` and `forward` tell whether it can navigate so. */
  path(path: string, back: boolean, forward: boolean): void;
  /** While picking: the visitor points at an element, picks one, or cancels. */
  pointed(element: PickedElement): void;
  picked(element: PickedElement): void;
  unpicked(): void;
  sketch(sketch: Sketch): void;
  /**
   * The document in the frame no longer answers: it navigated to another site, or its bridge is gone.
   *
   * @param flooding it floods this page with messages and should be removed
   */
  lost(flooding: boolean): void;
  /** The styles could not be updated in place: the revision needs a new document. */
  stale(revision: number): void;
  scroll(x: number, y: number): void;
  notice(text: string): void;
}

/** This page's end of the bridge to one frame. */
export interface PreviewLink {
  /** Updates the style sheets of these workspace paths in place: all that changed after `from`. Answered by `painted` or `stale`. */
  hotCss(paths: readonly string[], from: number, revision: number): void;
  /** Announces a revision that the document applies by itself if it shows `from`. Answered by `painted` or `stale`. */
  hot(from: number, revision: number): void;
  reload(): void;
  /** Says what the bridge shows in the page's words, by the English. */
  translate(words: Record<string, string>): void;
  /** `back`, `forward` or a path of the app. */
  navigate(to: string): void;
  /** Asks for a fresh report. Answered by `report`. */
  requestReport(): void;
  scrollTo(x: number, y: number): void;
  /** Starts or ends picking. */
  pick(on: boolean): void;
  /** Asks whether the document still runs. An answer updates `lastMessageAt`. */
  ping(): void;
  /** When the last message came over the port, in milliseconds of `performance.now()`. */
  readonly lastMessageAt: number;
  close(): void;
}

/** Milliseconds between attempts to connect to a document that has loaded and sent no hello. */
const retryMs = 700;
const maxAttempts = 4;
/** Dropped messages after which the link to a frame is closed. */
const maxDropped = 500;
/** Rate limit of messages that an app posts to this window for its own purposes. While they are counted more arrive, and all of them have to be read. */
const strayBurst = 500;
const straysPerSecond = 100;

/**
 * Links a frame that shows a preview. After a navigation or a reload, the new document is linked again.
 *
 * @param origin exact origin of the preview, for example `http://<label>.localhost:8787`
 */
export function linkPreview(frame: HTMLIFrameElement, origin: string, events: LinkEvents): PreviewLink {
  const clock = () => performance.now();
  const hellos = createTokenBucket(5, 1, clock);
  const strays = createTokenBucket(strayBurst, straysPerSecond, clock);
  const messages = createTokenBucket(bridgeLimits.burst, bridgeLimits.perSecond, clock);
  let port: MessagePort | null = null;
  /** Ports offered to a document. It accepts the first; its answer may come after further ones were sent. */
  let offered: MessagePort[] = [];
  /** Whether the newest document connected before its `load` event. */
  let connectedEarly = false;
  /** Whether a document has loaded and not answered yet. */
  let isSilent = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let dropped = 0;
  let lastMessageAt = Number.NEGATIVE_INFINITY;

  const send = (message: PageMessage) => port?.postMessage(message);

  const offer = () => {
    if (offered.length > 2 * maxAttempts) offered.shift()?.close();
    const { port1, port2 } = new MessageChannel();
    const nonce = crypto.randomUUID();
    offered.push(port1);
    port1.onmessage = (event) => receive(port1, nonce, event);
    frame.contentWindow?.postMessage({ redraw: 'connect', nonce }, origin, [port2]);
  };

  /** The rate limit comes first: reading `event.data` deserialises the message. */
  const receive = (from: MessagePort, nonce: string, event: MessageEvent) => {
    if (!messages.take()) {
      drop();
      return;
    }
    if (from === port) lastMessageAt = clock();
    const parsed = v.safeParse(FrameMessage, event.data);
    if (!parsed.success) return;
    const message = parsed.output;
    if (message.type === 'connected') {
      if (!offered.includes(from) || message.nonce !== nonce) return;
      port?.close();
      port = from;
      for (const other of offered) if (other !== from) other.close();
      offered = [];
      connectedEarly = !isSilent;
      isSilent = false;
      clearTimeout(timer);
      events.connected(message.revision);
    } else if (from === port) {
      if (isSilent) clearTimeout(timer);
      isSilent = false;
      dispatch(message, events);
    }
  };

  const drop = () => {
    dropped += 1;
    if (dropped === 1) events.notice(noticeOfDropped);
    if (dropped > maxDropped) lose(true);
  };

  const lose = (flooding: boolean) => {
    close();
    events.lost(flooding);
  };

  const hello = (event: MessageEvent) => {
    if (event.source !== frame.contentWindow) return;
    if (!strays.take()) return lose(true);
    if (event.origin !== origin || !hellos.take()) return;
    if (v.is(BridgeHello, event.data)) offer();
  };

  const loaded = () => {
    let left = maxAttempts;
    const attempt = () => {
      clearTimeout(timer);
      if (left-- === 0) return lose(false);
      // The connected document may have navigated to another site before `load`: a ping finds out, because a dead port stays silent.
      if (connectedEarly) send({ type: 'ping' });
      else offer();
      connectedEarly = false;
      timer = setTimeout(attempt, retryMs);
    };
    isSilent = true;
    attempt();
  };

  const close = () => {
    removeEventListener('message', hello);
    frame.removeEventListener('load', loaded);
    clearTimeout(timer);
    port?.close();
    for (const other of offered) other.close();
    port = null;
    offered = [];
  };

  addEventListener('message', hello);
  frame.addEventListener('load', loaded);
  return {
    hotCss: (paths, from, revision) => send({ type: 'css', paths: [...paths], from, revision }),
    hot: (from, revision) => send({ type: 'hot', from, revision }),
    reload: () => send({ type: 'reload' }),
    translate: (words) => send({ type: 'words', words }),
    navigate: (to) => send({ type: 'navigate', to }),
    requestReport: () => send({ type: 'report' }),
    scrollTo: (x, y) => send({ type: 'scroll', x, y }),
    pick: (on) => send({ type: 'pick', on }),
    ping: () => send({ type: 'ping' }),
    get lastMessageAt() {
      return lastMessageAt;
    },
    close,
  };
}

function dispatch(message: FrameMessage, events: LinkEvents): void {
  if (message.type === 'painted') events.painted(message.revision);
  else if (message.type === 'problem') events.problem(message.problem, message.revision);
  else if (message.type === 'path') events.path(message.path, message.back === true, message.forward === true);
  else if (message.type === 'scroll') events.scroll(message.x, message.y);
  else if (message.type === 'stale') events.stale(message.revision);
  else if (message.type === 'pointed') events.pointed(message.element);
  else if (message.type === 'picked') events.picked(message.element);
  else if (message.type === 'unpicked') events.unpicked();
  else if (message.type === 'sketch') events.sketch(message.sketch);
  else if (message.type === 'notice') events.notice(message.text);
  else if (message.type === 'report') {
    const bytes = new TextEncoder().encode(JSON.stringify(message.report)).length;
    if (bytes > bridgeLimits.reportBytes) events.notice(noticeOfReport);
    else events.report(message.report);
  }
}
