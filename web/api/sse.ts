import { createParser } from 'eventsource-parser';

/** One message of an event stream, with unparsed data. */
export interface SseMessage {
  /** Null for a message without an id. */
  id: number | null;
  type: string;
  data: string;
}

export interface SseHandlers {
  onMessage(message: SseMessage): void;
  /** The server sets the milliseconds to wait before a reconnect. */
  onRetry?(ms: number): void;
}

/**
 * Reads an event stream to its end. Drops messages with an invalid id, and an incomplete one at the end: the server sends it again
 * after a reconnect.
 *
 * @param silenceMs milliseconds without any data after which the connection counts as broken
 * @throws the error of reading the body or of a handler; `TimeoutError` after too long a silence
 */
export async function readSse(
  body: ReadableStream<Uint8Array>,
  handlers: SseHandlers,
  silenceMs: number,
): Promise<void> {
  const parser = createParser({
    onEvent(event) {
      const id = event.id === undefined ? null : Number(event.id);
      if (id === null || (Number.isSafeInteger(id) && id > 0))
        handlers.onMessage({ id, type: event.event ?? '', data: event.data });
    },
    onRetry: (ms) => handlers.onRetry?.(ms),
  });
  const reader = body.getReader();
  const decoder = new TextDecoder();
  try {
    for (;;) {
      const { done, value } = await withTimeout(reader.read(), silenceMs);
      if (done) return;
      parser.feed(decoder.decode(value, { stream: true }));
    }
  } finally {
    // Closes the connection, also after an error or a timeout.
    reader.cancel().catch(() => undefined);
  }
}

function withTimeout<T>(promise: Promise<T>, ms: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new DOMException('The stream fell silent.', 'TimeoutError')), ms);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
