import { createParser } from 'eventsource-parser';

/** One message of a stream, before anybody looked at its data. */
export interface SseMessage {
  id: number;
  type: string;
  data: string;
}

export interface SseHandlers {
  onMessage(message: SseMessage): void;
  /** The server asks to wait so many milliseconds before connecting again. */
  onRetry?(ms: number): void;
}

/**
 * Reads an event stream to its end. An unfinished message at the end is dropped: it will come again.
 *
 * @param silenceMs how long nothing at all may arrive before the connection counts as broken
 * @throws what reading the body throws; `TimeoutError` after too long a silence
 */
export async function readSse(
  body: ReadableStream<Uint8Array>,
  handlers: SseHandlers,
  silenceMs: number,
): Promise<void> {
  const parser = createParser({
    onEvent(event) {
      const id = Number(event.id);
      if (Number.isSafeInteger(id) && id > 0) handlers.onMessage({ id, type: event.event ?? '', data: event.data });
    },
    onRetry: (ms) => handlers.onRetry?.(ms),
  });
  const reader = body.getReader();
  const decoder = new TextDecoder();
  try {
    for (;;) {
      const { done, value } = await withinSilence(reader.read(), silenceMs);
      if (done) return;
      parser.feed(decoder.decode(value, { stream: true }));
    }
  } finally {
    // Frees the connection also when a handler threw or the silence was too long.
    reader.cancel().catch(() => undefined);
  }
}

function withinSilence<T>(promise: Promise<T>, ms: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new DOMException('The stream fell silent.', 'TimeoutError')), ms);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
