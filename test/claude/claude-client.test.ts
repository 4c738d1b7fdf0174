import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type ClaudeCredential, type ClaudeRequest, createClaude } from '../../src/claude/claude-client.ts';
import { ClaudeError } from '../../src/claude/claude-error.ts';
import type { ReplyListener } from '../../src/claude/reply-builder.ts';
import { type Simulator, startSimulator } from '../claude-simulator/simulator.ts';

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator();
});
beforeEach(() => simulator.reset());
afterAll(() => simulator.close());

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
    const credential: ClaudeCredential = { kind: 'oauth', token: 'sk-ant-oat01-x', beta: 'oauth-2025-04-20' };
    await createClaude({ credential, baseUrl: simulator.url }).streamReply(request, { signal, listener: quiet });
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
  const failureOf = async (fetchOf: typeof fetch) => {
    const claude = createClaude({ credential: key, fetch: fetchOf });
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
