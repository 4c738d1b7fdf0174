import { afterEach, describe, expect, it, vi } from 'vitest';
import { type ClaudeCredential, type ClaudeRequest, createClaude } from '../../src/claude/claude-client.ts';
import { ClaudeError } from '../../src/claude/claude-error.ts';
import type { ReplyListener } from '../../src/claude/reply-builder.ts';
import { useSimulator } from '../support/use-simulator.ts';

const simulator = await useSimulator();
afterEach(() => void vi.useRealTimers());

const request: ClaudeRequest = {
  model: 'claude-haiku-5-5',
  max_tokens: 100,
  stream: true,
  messages: [{ role: 'user', content: 'Hi' }],
};

const quiet: ReplyListener = {
  text: () => {},
  thinking: () => {},
  toolStart: () => {},
  toolInput: () => {},
  toolEnd: () => {},
};
const signal = new AbortController().signal;
const key: ClaudeCredential = { kind: 'api_key', key: 'sk-test' };

const plan: ClaudeCredential = { kind: 'oauth', token: 'sk-ant-oat01-x', beta: 'oauth-2025-04-20' };

/** An endpoint, and the requests that it got. `answer` takes their number, from 1. */
function endpoint(answer: (number: number) => Response) {
  const requests: { url: string; headers: Headers; signal: AbortSignal | null | undefined }[] = [];
  const fetch: typeof globalThis.fetch = async (input, init) => {
    requests.push({ url: String(input), headers: new Headers(init?.headers), signal: init?.signal });
    return answer(requests.length);
  };
  return { requests, fetch };
}

/** A response that streams these chunks as a tool's input, valid JSON or not. */
function toolStream(pieces: string[]): Response {
  const events = [
    { type: 'message_start', message: { usage: { input_tokens: 3, output_tokens: 1 } } },
    { type: 'content_block_start', index: 0, content_block: { type: 'tool_use', id: 'toolu_1', name: 'x', input: {} } },
    ...pieces.map((partial_json) => ({
      type: 'content_block_delta',
      index: 0,
      delta: { type: 'input_json_delta', partial_json },
    })),
    { type: 'content_block_stop', index: 0 },
    { type: 'message_delta', delta: { stop_reason: 'max_tokens' }, usage: { output_tokens: 9 } },
    { type: 'message_stop' },
  ];
  const text = events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join('');
  return new Response(text, { headers: { 'content-type': 'text/event-stream' } });
}

describe('a request', () => {
  it('carries a plan’s token with both of its beta headers', async () => {
    simulator.script([{ content: ['Hi'] }]);
    await createClaude({ credential: plan, baseUrl: simulator.url }).streamReply(request, { signal, listener: quiet });
    const headers = simulator.requests[0]?.headers;
    expect(headers?.authorization).toBe('Bearer sk-ant-oat01-x');
    expect(headers?.['anthropic-beta']).toBe('oauth-2025-04-20,fine-grained-tool-streaming-2025-05-14');
  });

  it('is made again without a beta header that the endpoint does not know, and then never with it', async () => {
    const seen: (string | null)[] = [];
    const refusing: typeof fetch = async (_input, init) => {
      const beta = new Headers(init?.headers).get('anthropic-beta');
      seen.push(beta);
      if (!beta) return toolStream(['{}']);
      const message = 'Unexpected value(s) `fine-grained-tool-streaming-2025-05-14` for the `anthropic-beta` header.';
      return Response.json({ type: 'error', error: { type: 'invalid_request_error', message } }, { status: 400 });
    };
    const claude = createClaude({ credential: key, baseUrl: 'http://gateway.test', fetch: refusing });
    await claude.streamReply(request, { signal, listener: quiet });
    await claude.streamReply(request, { signal, listener: quiet });
    expect(seen).toEqual(['fine-grained-tool-streaming-2025-05-14', null, null]);
  });

  it.each<[string, string | null, number, number]>([
    ['without a beta header too', 'Unexpected value(s) for the `anthropic-beta` header.', 400, 2],
    ['for another reason', 'messages.1: bad', 400, 1],
    ['without a reason', null, 400, 1],
    ['with another status', 'Unexpected value(s) for the `anthropic-beta` header.', 403, 1],
  ])('that is refused %s fails', async (name, message, status, requests) => {
    const refused = endpoint(() => Response.json({ error: { type: 'x', message } }, { status }));
    const claude = createClaude({
      credential: plan,
      baseUrl: `http://${status}.${requests}.${name.length}.test`,
      ...refused,
    });
    const asked = () => claude.streamReply(request, { signal, listener: quiet });
    await expect(asked()).rejects.toMatchObject({ failure: { kind: 'http', status, message } });
    const betas = refused.requests.map(({ headers }) => headers.get('anthropic-beta'));
    expect(betas).toEqual(
      ['oauth-2025-04-20,fine-grained-tool-streaming-2025-05-14', 'oauth-2025-04-20'].slice(0, requests),
    );
    await expect(asked()).rejects.toBeInstanceOf(ClaudeError);
    expect(refused.requests).toHaveLength(requests + 1);
  });

  it('is made once with its one credential, whatever the failure', async () => {
    const failing = endpoint(() => new Response('', { status: 500 }));
    const credentials = [key, plan];
    for (const credential of credentials) {
      const claude = createClaude({ credential, ...failing });
      expect(claude.credentialKind).toBe(credential.kind);
      await expect(claude.streamReply(request, { signal, listener: quiet })).rejects.toBeInstanceOf(ClaudeError);
    }
    expect(failing.requests.map(({ headers }) => headers.get('authorization'))).toEqual([
      'Bearer sk-test',
      'Bearer sk-ant-oat01-x',
    ]);
  });

  it.each([
    [undefined, 'https://api.anthropic.com/v1/messages'],
    [null, 'https://api.anthropic.com/v1/messages'],
    ['', 'https://api.anthropic.com/v1/messages'],
    ['http://gateway.test/claude///', 'http://gateway.test/claude/v1/messages'],
  ])('to the base URL %j goes to %s', async (baseUrl, url) => {
    const streaming = endpoint(() => toolStream([]));
    await createClaude({ credential: key, ...(baseUrl === undefined ? {} : { baseUrl }), ...streaming }).streamReply(
      request,
      { signal, listener: quiet },
    );
    expect(streaming.requests.map((one) => one.url)).toEqual([url]);
  });

  it('whose answer breaks, or carries an error, is made once', async () => {
    const answers = [
      'event: message_start\ndata: {',
      'event: error\ndata: {"error":{"type":"x","message":"anthropic-beta"}}\n\n',
    ];
    for (const body of answers) {
      const breaking = endpoint(() => new Response(body));
      const claude = createClaude({ credential: key, baseUrl: 'http://breaking.test', ...breaking });
      await expect(claude.streamReply(request, { signal, listener: quiet })).rejects.toBeInstanceOf(ClaudeError);
      expect(breaking.requests).toHaveLength(1);
    }
  });

  it('is not made where the turn was stopped before', async () => {
    const streaming = endpoint(() => toolStream([]));
    const asked = createClaude({ credential: key, ...streaming }).streamReply(request, {
      signal: AbortSignal.abort(new Error('enough')),
      listener: quiet,
    });
    await expect(asked).rejects.toThrow('enough');
    expect(streaming.requests).toEqual([]);
  });

  it('tells the headers of its answer, and none of a failure', async () => {
    const told: (string | null)[] = [];
    const echoing = endpoint((number) =>
      number === 1
        ? new Response(toolStream([]).body, { headers: { 'x-mark': 'here' } })
        : new Response('', { status: 500, headers: { 'x-mark': 'not here' } }),
    );
    const claude = createClaude({ credential: plan, ...echoing });
    const onHeaders = (headers: Headers) => void told.push(headers.get('x-mark'));
    await claude.streamReply(request, { signal, listener: quiet, onHeaders });
    await expect(claude.streamReply(request, { signal, listener: quiet, onHeaders })).rejects.toThrow();
    expect(told).toEqual(['here']);
  });

  it('reads the usage and the headers', async () => {
    const usage = { input_tokens: 5, output_tokens: 7, cache_read_input_tokens: 11, cache_creation_input_tokens: 13 };
    simulator.script([{ content: ['Hi'], usage, headers: { 'x-mark': 'here' } }]);
    let mark: string | null = null;
    const reply = await createClaude({ credential: key, baseUrl: simulator.url }).streamReply(request, {
      signal,
      listener: quiet,
      onHeaders: (headers) => {
        mark = headers.get('x-mark');
      },
    });
    expect(mark).toBe('here');
    expect(reply).toEqual({
      content: [{ type: 'text', text: 'Hi' }],
      stopReason: 'end_turn',
      usage: { inputTokens: 5, outputTokens: 7, cacheReadTokens: 11, cacheWriteTokens: 13 },
    });
  });
});

describe('a reply', () => {
  it('does not wait for its connection, which gets a second to end', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
    const cancel = vi.fn();
    const open = new ReadableStream<Uint8Array>({
      start: async (controller) => controller.enqueue(new Uint8Array(await toolStream(['{}']).arrayBuffer())),
      cancel,
    });
    const claude = createClaude({ credential: key, fetch: async () => new Response(open) });
    expect(await claude.streamReply(request, { signal, listener: quiet })).toMatchObject({ stopReason: 'max_tokens' });
    await vi.advanceTimersByTimeAsync(999);
    expect(cancel).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(cancel).toHaveBeenCalledOnce();
  });
});

describe('a tool input', () => {
  const read = async (pieces: string[]) => {
    const claude = createClaude({ credential: key, fetch: async () => toolStream(pieces) });
    const reply = await claude.streamReply(request, { signal, listener: quiet });
    return reply.content[0]?.type === 'tool_use' ? reply.content[0].input : null;
  };

  it.each<[string, string[], unknown]>([
    ['in pieces', ['{"a', '": 1}'], { a: 1 }],
    ['that is empty', [], {}],
    ['that was cut off', ['{"path": "a.t'], { INVALID_JSON: '{"path": "a.t' }],
    ['that is no object', ['[1, 2]'], { INVALID_JSON: '[1, 2]' }],
    ['with half a character', ['{"a": "\\ud83d"}'], { a: '\ufffd' }],
  ])('%s', async (_name, pieces, input) => {
    expect(await read(pieces)).toEqual(input);
  });
});

it('leaves out thinking that was cut off', async () => {
  const events = [
    { type: 'content_block_start', index: 0, content_block: { type: 'thinking', thinking: '', signature: '' } },
    { type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: 'Hm' } },
    { type: 'message_delta', delta: { stop_reason: 'max_tokens' }, usage: { output_tokens: 9 } },
    { type: 'message_stop' },
  ];
  const text = events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join('');
  const claude = createClaude({ credential: key, fetch: async () => new Response(text) });
  const reply = await claude.streamReply(request, { signal, listener: quiet });
  expect(reply).toMatchObject({ content: [], stopReason: 'max_tokens' });
});

describe('a failure', () => {
  const failureOf = async (fetchOf: typeof fetch, credential = key) => {
    const claude = createClaude({ credential, fetch: fetchOf });
    const error = await claude.streamReply(request, { signal, listener: quiet }).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(ClaudeError);
    return (error as ClaudeError).failure;
  };

  it('to connect', async () => {
    const failure = await failureOf(async () => {
      throw new TypeError('fetch failed');
    });
    expect(failure).toEqual({ kind: 'broken', reason: 'unreachable' });
  });

  it('in the body is passed on with type, message and headers', async () => {
    const body = { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } };
    const failure = await failureOf(async () => Response.json(body, { status: 529, headers: { 'retry-after': '3' } }));
    expect(failure).toMatchObject({ kind: 'http', status: 529, errorType: 'overloaded_error', message: 'Overloaded' });
    expect('headers' in failure && failure.headers?.get('retry-after')).toBe('3');
  });

  it('in the stream is passed on with type, message and headers', async () => {
    const body = { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } };
    const failure = await failureOf(
      async () => new Response(`event: error\ndata: ${JSON.stringify(body)}\n\n`, { headers: { 'x-echo': 'here' } }),
      { kind: 'api_key', key: 'sk-test-0123' },
    );
    expect(failure).toMatchObject({ kind: 'stream_error', errorType: 'overloaded_error', message: 'Overloaded' });
    expect('headers' in failure && failure.headers.get('x-echo')).toBe('here');
  });

  it.each<[string, { status?: number; body?: string }]>([
    ['before an answer', { status: 500 }],
    ['in an event', { body: 'event: message_start\ndata: {"type":' }],
    ['between two events', { body: 'event: message_delta\ndata: {"type":"message_delta","delta":{}}\n\n' }],
  ])('%s leaves no timer: it would keep the session awake', async (_name, { status = 200, body = '' }) => {
    // Not `setTimeout`: Node's own connections to the simulator use it.
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    await failureOf(async () => new Response(body, { status }));
    expect(vi.getTimerCount()).toBe(0);
  });

  it('by silence comes after two minutes without an answer, or a minute within it', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
    const silent: typeof fetch = (_input, init) =>
      new Promise((_resolve, reject) => init?.signal?.addEventListener('abort', () => reject(init.signal?.reason)));
    const settled = vi.fn();
    const unanswered = failureOf(silent).finally(settled);
    await vi.advanceTimersByTimeAsync(119_999);
    expect(settled).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(await unanswered).toEqual({ kind: 'broken', reason: 'stalled' });

    const answered = failureOf(async () => new Response(new ReadableStream())).finally(settled);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(settled).toHaveBeenCalledOnce();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await answered).toEqual({ kind: 'broken', reason: 'stalled' });
  });

  it('by abort within an answer is the signal’s reason too', async () => {
    const stop = new AbortController();
    const answering = endpoint(() => new Response(new ReadableStream()));
    const running = createClaude({ credential: key, ...answering }).streamReply(request, {
      signal: stop.signal,
      listener: quiet,
      onHeaders: () => stop.abort(new Error('enough')),
    });
    await expect(running).rejects.toThrow('enough');
  });

  it('by abort is the signal’s reason', async () => {
    const stop = new AbortController();
    simulator.script([{ kind: 'hang' }]);
    const running = createClaude({ credential: key, baseUrl: simulator.url }).streamReply(request, {
      signal: stop.signal,
      listener: quiet,
    });
    await simulator.request(1);
    stop.abort(new Error('enough'));
    await expect(running).rejects.toThrow('enough');
  });
});
