import * as v from 'valibot';
import { bridgeLimits } from '../../src/protocol/bridge-limits.ts';
import {
  BridgeHello,
  FrameMessage,
  type PageMessage,
  type PickedElement,
  type Sketch,
} from '../../src/protocol/bridge-messages.ts';
import type { PreviewProblem, PreviewReport } from '../../src/protocol/requests.ts';
import { createBucket } from '../bridge/token-bucket.ts';

/** What a previewed app tells. All of it was written by an untrusted app: show it as text, nothing more. */
export interface LinkEvents {
  connected(revision: number): void;
  /** The revision stands on the screen, or an error that stays. */
  painted(revision: number): void;
  problem(problem: PreviewProblem, revision: number): void;
  report(report: PreviewReport): void;
  /** Where the app is, and whether it can go back and forward from there. */
  path(path: string, back: boolean, forward: boolean): void;
  /** The visitor points at an element, picks one, or leaves without. */
  pointed(element: PickedElement): void;
  picked(element: PickedElement): void;
  unpicked(): void;
  sketch(sketch: Sketch): void;
  /**
   * The document in the frame no longer answers: it went to another site, or its bridge is gone.
   *
   * @param flooding it floods the page: it should be taken away
   */
  lost(flooding: boolean): void;
  /** The styles could not be swapped in place: the revision needs a new document. */
  stale(revision: number): void;
  scroll(x: number, y: number): void;
  notice(text: string): void;
}

/** The page's end of the bridge to one frame. */
export interface PreviewLink {
  /** Fetches the styles of these workspace paths again, in place. Answered by `painted` or `stale`. */
  hotCss(paths: readonly string[], revision: number): void;
  /** A newer revision comes into the document by itself. Answered by `painted`. */
  hot(revision: number): void;
  reload(): void;
  /** `back`, `forward` or a path of the app. */
  navigate(to: string): void;
  /** Asks for a fresh report. Answered by `report`. */
  requestReport(): void;
  scrollTo(x: number, y: number): void;
  /** Begins or ends picking an element. */
  pick(on: boolean): void;
  /** Asks whether the document still runs: an answer moves `heardAt`. */
  ping(): void;
  /** When something last came over the port, in milliseconds of `performance.now()`. */
  readonly heardAt: number;
  close(): void;
}

/** Milliseconds between tries to reach a document that has loaded and not said hello. */
const retryMs = 700;
const tries = 4;
/** Messages above the limit, after which a frame is not listened to any more. */
const patience = 500;
/** Messages that an app may post to the window for reasons of its own: at once, and a second for long. */
const strayBurst = 2000;
const straysPerSecond = 200;

/**
 * Links a frame that shows a preview. A new document in it (a navigation, a reload) is linked anew.
 *
 * @param origin exact origin of the preview, for example `http://<label>.localhost:8787`
 */
export function linkPreview(frame: HTMLIFrameElement, origin: string, events: LinkEvents): PreviewLink {
  const clock = () => performance.now();
  const hellos = createBucket(5, 1, clock);
  const strays = createBucket(strayBurst, straysPerSecond, clock);
  const messages = createBucket(bridgeLimits.burst, bridgeLimits.perSecond, clock);
  let port: MessagePort | null = null;
  /** Ports on their way to a document. It takes the first, whose answer may come after another was sent. */
  let offered: MessagePort[] = [];
  /** Whether the newest document has connected before its `load` event. */
  let early = false;
  /** Whether a document has loaded and not answered yet. */
  let silent = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let dropped = 0;
  let heardAt = Number.NEGATIVE_INFINITY;

  const send = (message: PageMessage) => port?.postMessage(message);

  const offer = () => {
    if (offered.length > 2 * tries) offered.shift()?.close();
    const { port1, port2 } = new MessageChannel();
    const nonce = crypto.randomUUID();
    offered.push(port1);
    port1.onmessage = (event) => receive(port1, nonce, event);
    frame.contentWindow?.postMessage({ redraw: 'connect', nonce }, origin, [port2]);
  };

  /** Reading `data` unpacks the message: what is above the limit stays packed. */
  const receive = (from: MessagePort, nonce: string, event: MessageEvent) => {
    if (!messages.take()) {
      drop();
      return;
    }
    if (from === port) heardAt = clock();
    const parsed = v.safeParse(FrameMessage, event.data);
    if (!parsed.success) return;
    const message = parsed.output;
    if (message.type === 'connected') {
      if (!offered.includes(from) || message.nonce !== nonce) return;
      port?.close();
      port = from;
      for (const other of offered) if (other !== from) other.close();
      offered = [];
      early = !silent;
      silent = false;
      clearTimeout(timer);
      events.connected(message.revision);
    } else if (from === port) {
      if (silent) clearTimeout(timer);
      silent = false;
      tell(message, events);
    }
  };

  const drop = () => {
    dropped += 1;
    if (dropped === 1) events.notice('The app sends more messages than can be read; some were dropped.');
    if (dropped > patience) lose(true);
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
    let left = tries;
    const attempt = () => {
      clearTimeout(timer);
      if (left-- === 0) return lose(false);
      // One that connected may have gone on to another site before it had loaded: it is asked, and a dead port does not answer.
      if (early) send({ type: 'ping' });
      else offer();
      early = false;
      timer = setTimeout(attempt, retryMs);
    };
    silent = true;
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
    hotCss: (paths, revision) => send({ type: 'css', paths: [...paths], revision }),
    hot: (revision) => send({ type: 'hot', revision }),
    reload: () => send({ type: 'reload' }),
    navigate: (to) => send({ type: 'navigate', to }),
    requestReport: () => send({ type: 'report' }),
    scrollTo: (x, y) => send({ type: 'scroll', x, y }),
    pick: (on) => send({ type: 'pick', on }),
    ping: () => send({ type: 'ping' }),
    get heardAt() {
      return heardAt;
    },
    close,
  };
}

function tell(message: FrameMessage, events: LinkEvents): void {
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
    if (bytes > bridgeLimits.reportBytes) events.notice('The app sent a report that is too large to be read.');
    else events.report(message.report);
  }
}
