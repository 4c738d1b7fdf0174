import { bridgeLimits } from '../../src/protocol/bridge-limits.ts';
import type { FrameMessage, PageMessage } from '../../src/protocol/bridge-messages.ts';
import { now, postTo, quietly } from './pristine.ts';
import { createBucket } from './token-bucket.ts';

export interface BridgePort {
  /** Sends, or keeps until somebody is connected. What goes beyond the limits is dropped, with one notice. */
  send(message: FrameMessage): void;
}

/**
 * Waits for the page that frames this one, and takes one port from it.
 *
 * @param parents origins that may connect
 * @param connected called with the page's nonce before anything kept is sent
 */
export function openPort(
  parents: readonly string[],
  connected: (nonce: string) => FrameMessage,
  receive: (message: PageMessage) => void,
): BridgePort {
  const bucket = createBucket(bridgeLimits.burst, bridgeLimits.perSecond, now);
  let port: MessagePort | null = null;
  let waiting: FrameMessage[] = [];
  let noticed = false;

  const send = (message: FrameMessage) => {
    if (!port) {
      // Of a kind that only the newest matters of, only the newest is kept.
      if (message.type !== 'problem') waiting = waiting.filter((one) => one.type !== message.type);
      if (waiting.length < bridgeLimits.burst - 5) waiting.push(message);
      return;
    }
    if (bucket.take()) return postTo(port, message);
    if (noticed) return;
    noticed = true;
    postTo(port, { type: 'notice', text: 'The app reports faster than can be read; some of it was dropped.' });
  };

  if (parent === window) return { send };
  addEventListener(
    'message',
    (event) => {
      const data: unknown = event.data;
      if (event.source !== parent || typeof data !== 'object' || data === null || !('redraw' in data)) return;
      // The app has no business with this, and sees neither nonce nor port.
      event.stopImmediatePropagation();
      const [offered] = event.ports;
      const nonce = 'nonce' in data ? data.nonce : undefined;
      if (port || !offered || typeof nonce !== 'string' || !parents.includes(event.origin)) return;
      port = offered;
      offered.onmessage = ({ data: message }) => quietly(() => receive(message));
      send(connected(nonce));
      const kept = waiting;
      waiting = [];
      for (const message of kept) send(message);
    },
    true,
  );
  // Says nothing but that a document is here, so any parent may hear it.
  parent.postMessage({ redraw: 'hello' }, '*');
  return { send };
}
