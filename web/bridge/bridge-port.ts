import { bridgeLimits } from '../../src/protocol/bridge-limits.ts';
import type { FrameMessage, PageMessage } from '../../src/protocol/bridge-messages.ts';
import { noticeOfSpeed } from '../../src/protocol/preview-notices.ts';
import { createTokenBucket } from './token-bucket.ts';
import { now, postMessageTo, swallowErrors } from './untouched-globals.ts';

export interface BridgePort {
  /** Sends a message, or holds it until a page connects. Messages beyond the rate limit are dropped, with one notice. */
  send(message: FrameMessage): void;
}

/**
 * Waits for the framing page to connect, and accepts one port from it.
 *
 * @param parents origins that may connect
 * @param connected makes the first message from the page's nonce; held messages follow it
 */
export function openPort(
  parents: readonly string[],
  connected: (nonce: string) => FrameMessage,
  receive: (message: PageMessage) => void,
): BridgePort {
  const bucket = createTokenBucket(bridgeLimits.burst, bridgeLimits.perSecond, now);
  let port: MessagePort | null = null;
  let held: FrameMessage[] = [];
  let hasNotified = false;

  const send = (message: FrameMessage) => {
    if (!port) {
      // Problems add up; of every other type only the newest message matters.
      if (message.type !== 'problem') held = held.filter((other) => other.type !== message.type);
      if (held.length < bridgeLimits.burst - 5) held.push(message);
      return;
    }
    if (bucket.take()) return postMessageTo(port, message);
    if (hasNotified) return;
    hasNotified = true;
    postMessageTo(port, { type: 'notice', text: noticeOfSpeed });
  };

  if (parent === window) return { send };
  addEventListener(
    'message',
    (event) => {
      const data: unknown = event.data;
      if (event.source !== parent || typeof data !== 'object' || data === null || !('redraw' in data)) return;
      // The app must see neither nonce nor port.
      event.stopImmediatePropagation();
      const [offered] = event.ports;
      const nonce = 'nonce' in data ? data.nonce : undefined;
      if (port || !offered || typeof nonce !== 'string' || !parents.includes(event.origin)) return;
      port = offered;
      offered.onmessage = ({ data: message }) => swallowErrors(() => receive(message));
      send(connected(nonce));
      const messages = held;
      held = [];
      for (const message of messages) send(message);
    },
    true,
  );
  // The message tells only that a document exists, so any parent may receive it.
  parent.postMessage({ redraw: 'hello' }, '*');
  return { send };
}
