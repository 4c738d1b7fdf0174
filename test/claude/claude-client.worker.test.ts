import { describe, expect, it } from 'vitest';
import { type ClaudeRequest, createClaude } from '../../src/claude/claude-client.ts';
import { ClaudeError } from '../../src/claude/claude-error.ts';
import type { ReplyListener } from '../../src/claude/reply-builder.ts';

const request: ClaudeRequest = {
  model: 'claude-haiku-5-5',
  max_tokens: 100,
  stream: true,
  messages: [{ role: 'user', content: 'Hi' }],
};

const event = (data: { type: string; [field: string]: unknown }): Uint8Array =>
  new TextEncoder().encode(`event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`);

const beginning = [
  event({ type: 'message_start', message: { usage: { input_tokens: 3, output_tokens: 1 } } }),
  event({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } }),
  event({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Hel' } }),
];
const end = [
  event({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'lo' } }),
  event({ type: 'content_block_stop', index: 0 }),
  event({ type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 9 } }),
  event({ type: 'message_stop' }),
];

/** An upstream that uses workerd's own streams; reports when its client disconnects. */
function upstream(chunks: Uint8Array[], options: { stays?: boolean } = {}) {
  const cancelled = Promise.withResolvers<void>();
  const answer: typeof fetch = async (_input, init) => {
    init?.signal?.addEventListener('abort', () => cancelled.resolve());
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    const writer = writable.getWriter();
    const write = async () => {
      for (const chunk of chunks) await writer.write(chunk);
      if (!options.stays) await writer.close();
    };
    write().catch(() => {});
    return new Response(readable, { headers: { 'content-type': 'text/event-stream' } });
  };
  return { answer, cancelled: cancelled.promise };
}

function listen(onText: (text: string) => void = () => {}): ReplyListener {
  const ignore = (): void => {};
  return { text: onText, thinking: ignore, toolStart: ignore, toolInput: ignore, toolEnd: ignore };
}

describe('the client in workerd', () => {
  it('streams a reply', async () => {
    const texts: string[] = [];
    const claude = createClaude({
      credential: { kind: 'api_key', key: 'k' },
      fetch: upstream([...beginning, ...end]).answer,
    });
    const reply = await claude.streamReply(request, {
      signal: new AbortController().signal,
      listener: listen((text) => texts.push(text)),
    });
    expect(texts).toEqual(['Hel', 'lo']);
    expect(reply).toMatchObject({ content: [{ type: 'text', text: 'Hello' }], stopReason: 'end_turn' });
  });

  it('notices that a stream was cut', async () => {
    const claude = createClaude({ credential: { kind: 'api_key', key: 'k' }, fetch: upstream(beginning).answer });
    const reply = claude.streamReply(request, { signal: new AbortController().signal, listener: listen() });
    await expect(reply).rejects.toMatchObject({ failure: { kind: 'broken', reason: 'cut' } });
  });

  it('notices that a stream has fallen silent', async () => {
    const { answer, cancelled } = upstream(beginning, { stays: true });
    const claude = createClaude({ credential: { kind: 'api_key', key: 'k' }, fetch: answer, stallMs: 60 });
    const error = await claude
      .streamReply(request, { signal: new AbortController().signal, listener: listen() })
      .catch((e: unknown) => e);
    expect(error instanceof ClaudeError && error.failure).toEqual({ kind: 'broken', reason: 'stalled' });
    await cancelled;
  });

  it('leaves a stream that makes no sense', async () => {
    const { answer, cancelled } = upstream(
      [...beginning, new TextEncoder().encode('event: ping\ndata: 5\n\nevent: message_delta\ndata: null\n\n')],
      { stays: true },
    );
    const claude = createClaude({ credential: { kind: 'api_key', key: 'k' }, fetch: answer });
    const reply = claude.streamReply(request, { signal: new AbortController().signal, listener: listen() });
    await expect(reply).rejects.toMatchObject({ failure: { kind: 'broken', reason: 'cut' } });
    await cancelled;
  });

  it('is stopped by the signal of the turn', async () => {
    const stop = new AbortController();
    const { answer, cancelled } = upstream(beginning, { stays: true });
    const claude = createClaude({ credential: { kind: 'api_key', key: 'k' }, fetch: answer });
    const reply = claude.streamReply(request, {
      signal: stop.signal,
      listener: listen(() => stop.abort(new Error('stop'))),
    });
    await expect(reply).rejects.toThrow('stop');
    await cancelled;
  });
});
