import Anthropic from '@anthropic-ai/sdk';
import { afterEach, expect, test } from 'vitest';
import { answersOf } from './recorded-case.ts';
import type { Answer } from './script.ts';
import { type Simulator, type SimulatorOptions, startSimulator } from './simulator.ts';

let simulator: Simulator;
let client: Anthropic;

async function start(options: SimulatorOptions = {}): Promise<void> {
  simulator = await startSimulator(options);
  client = new Anthropic({ apiKey: 'sk-ant-test', baseURL: simulator.url, maxRetries: 0 });
}

afterEach(() => simulator.close());

const ask: Anthropic.MessageCreateParamsNonStreaming = {
  model: 'claude-sonnet-5-5',
  max_tokens: 1000,
  messages: [{ role: 'user', content: 'Make a timer' }],
};

async function collect(stream: AsyncIterable<Anthropic.RawMessageStreamEvent>) {
  const events: Anthropic.RawMessageStreamEvent[] = [];
  for await (const event of stream) events.push(event);
  return events;
}

const types = (events: { type: string }[]) => events.map(({ type }) => type);

const stream = (params: Partial<Anthropic.MessageCreateParamsNonStreaming> = {}, options = {}) =>
  client.messages.create({ ...ask, ...params, stream: true }, options);

test('a stream has the events of a message in their order', async () => {
  await start({ script: [{ content: ['Hello you.'], chunkSize: 5, usage: { input_tokens: 12, output_tokens: 4 } }] });
  const { data, response } = await stream().withResponse();
  const events = await collect(data);
  expect(types(events)).toEqual([
    'message_start',
    'content_block_start',
    'content_block_delta',
    'content_block_delta',
    'content_block_stop',
    'message_delta',
    'message_stop',
  ]);
  expect(response.headers.get('request-id')).toMatch(/^req_01/);
  expect(events[0]).toMatchObject({ message: { id: expect.stringMatching(/^msg_01/), usage: { input_tokens: 12 } } });
  expect(events[5]).toMatchObject({ delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 4 } });
});

test('thinking, text and tool calls come together again, whatever the size of the pieces', async () => {
  const input = { command: 'create', path: '/app/ä 🌗.ts', file_text: 'a\n"b"\\' };
  const answer: Answer = {
    content: [{ type: 'thinking', thinking: 'Hm 🌗🌗' }, 'Ich baue.', { type: 'tool_use', name: 'editor', input }],
    headers: { 'anthropic-ratelimit-unified-status': 'allowed' },
  };
  await start({ script: [1, 2, 3, 0].map((chunkSize) => ({ ...answer, chunkSize })) });
  for (let round = 0; round < 4; round += 1) {
    const running = client.messages.stream(ask);
    const message = await running.finalMessage();
    expect(message.stop_reason).toBe('tool_use');
    expect(running.response?.headers.get('anthropic-ratelimit-unified-status')).toBe('allowed');
    expect(message.content).toMatchObject([
      { type: 'thinking', thinking: 'Hm 🌗🌗', signature: expect.any(String) },
      { type: 'text', text: 'Ich baue.' },
      { type: 'tool_use', id: expect.stringMatching(/^toolu_01/), name: 'editor', input },
    ]);
  }
});

test('a reply without stream is one JSON message', async () => {
  await start({ script: [{ content: ['Hello.'] }] });
  const message = await client.messages.create(ask);
  expect(message.content).toMatchObject([{ type: 'text', text: 'Hello.' }]);
  expect(message.usage.input_tokens).toBeGreaterThan(0);
});

test('an error has status, type, message and headers', async () => {
  await start({
    script: [
      { error: { type: 'rate_limit_error', message: 'Slow down' }, headers: { 'retry-after': '7' } },
      { status: 529 },
      { status: 502, rawBody: '<html></html>', headers: { 'content-type': 'text/html' } },
    ],
  });
  const first = await stream().catch((error) => error);
  expect(first).toBeInstanceOf(Anthropic.RateLimitError);
  expect(first).toMatchObject({ status: 429, type: 'rate_limit_error', requestID: expect.stringMatching(/^req_/) });
  expect(first.headers.get('retry-after')).toBe('7');
  await expect(stream()).rejects.toMatchObject({ status: 529, type: 'overloaded_error' });
  await expect(stream()).rejects.toMatchObject({ status: 502 });
  await expect(stream()).rejects.toThrow('used up');
});

test('an error event in mid-stream reaches the client', async () => {
  await start({ script: [{ streamError: { at: 4 } }] });
  const events: string[] = [];
  const read = async () => {
    for await (const event of await stream()) events.push(event.type);
  };
  await expect(read()).rejects.toMatchObject({ type: 'overloaded_error' });
  expect(events).toEqual(['message_start', 'content_block_start', 'content_block_delta']);
});

test('a stream can end early: well, by FIN, by RST', async () => {
  await start({
    script: [{ cut: 4, cutMode: 'end' }, { cut: 4, cutMode: 'fin' }, { cut: 4, cutMode: 'reset' }, { kind: 'reset' }],
  });
  expect(types(await collect(await stream())).at(-1)).toBe('content_block_delta');
  await expect(stream().then(collect)).rejects.toThrow();
  await expect(stream().then(collect)).rejects.toThrow();
  await expect(stream()).rejects.toBeInstanceOf(Anthropic.APIConnectionError);
  expect(await Promise.all(simulator.requests.map(({ ended }) => ended))).toEqual([
    'finished',
    'severed',
    'severed',
    'severed',
  ]);
});

test('a client that leaves is seen, before the first byte and in mid-stream', async () => {
  await start({ script: [{ kind: 'hang' }, { hangAfter: 3 }] });
  const silent = new AbortController();
  const first = stream({}, { signal: silent.signal });
  await simulator.request(1);
  silent.abort();
  await expect(first).rejects.toBeInstanceOf(Anthropic.APIUserAbortError);
  await simulator.requests[0]?.aborted;

  const second = await stream();
  for await (const event of second) if (event.type === 'content_block_start') break;
  const aborted = await simulator.request(2, { until: 'aborted' });
  expect(aborted.eventsSent).toBe(3);
  expect(aborted.endedAt).toBeGreaterThan(aborted.arrivedAt);
});

test('a gate holds the answer until it is released', async () => {
  const later = Promise.withResolvers<void>();
  await start({
    script: [
      {
        gates: [
          { before: 'headers', name: 'door' },
          { before: 5, until: later.promise },
        ],
        chunkSize: 2,
      },
    ],
  });
  const answering = stream();
  await simulator.waiting('door');
  expect(simulator.requests[0]?.status).toBeNull();
  simulator.release('door');
  const events: string[] = [];
  for await (const event of await answering) {
    events.push(event.type);
    if (events.length === 4) {
      expect(simulator.requests[0]?.eventsSent).toBe(5);
      later.resolve();
    }
  }
  expect(events.at(-1)).toBe('message_stop');
});

test('a gate before each event lets a test step through a stream', async () => {
  await start({ script: [{ gates: [{ before: 'each', name: 'step' }], content: ['Hi'] }] });
  const request = simulator.request(1);
  const answering = stream().then(collect);
  await simulator.waiting('step');
  expect((await request).eventsSent).toBe(0);
  simulator.release('step', Infinity);
  expect((await answering).length).toBe(6);
});

test('scripts bound to a key or to a text do not disturb each other', async () => {
  await start({ script: [{ content: ['anyone'] }] });
  simulator.script([{ content: ['by key'] }], { key: 'sk-ant-other' });
  simulator.script([{ content: ['by text'] }], { text: 'say "x"' });
  const say = async (params = {}, options = {}) => {
    const { content } = await client.messages.create({ ...ask, ...params }, options);
    return content[0]?.type === 'text' ? content[0].text : null;
  };
  const other = { headers: { authorization: 'Bearer sk-ant-other' } };
  expect(await say({ messages: [{ role: 'user', content: 'please say "x"' }] })).toBe('by text');
  expect(await say({}, other)).toBe('by key');
  expect(await say()).toBe('anyone');
  expect(simulator.requests.map(({ servedBy }) => servedBy)).toEqual(['say "x"', 'sk-ant-other', null]);
});

test('a function answers by the request and its number', async () => {
  await start({ handler: ({ body }, number) => ({ content: [`${number}: ${body?.messages.length}`] }) });
  await client.messages.create(ask);
  const second = await client.messages.create(ask);
  expect(second.content).toMatchObject([{ text: '2: 1' }]);
});

test('keys are checked, and the models listed', async () => {
  await start();
  const page = await client.models.list();
  expect(page.data.map(({ id }) => id)).toContain('claude-sonnet-5-5');
  expect(await client.models.retrieve('claude-sonnet-5-5')).toMatchObject({ display_name: 'Claude Sonnet 5.5' });
  await expect(client.models.retrieve('gpt')).rejects.toMatchObject({ status: 404, type: 'not_found_error' });
  const bad = new Anthropic({ apiKey: 'sk-ant-invalid-1', baseURL: simulator.url, maxRetries: 0 });
  await expect(bad.models.list()).rejects.toMatchObject({ status: 401, type: 'authentication_error' });
  const bare = await fetch(`${simulator.url}/v1/models`);
  expect([bare.status, await bare.json()]).toMatchObject([401, { error: { type: 'authentication_error' } }]);
  const keyed = await fetch(`${simulator.url}/v1/models`, {
    headers: { 'x-api-key': 'k', 'anthropic-version': '2023-06-01' },
  });
  expect(keyed.status).toBe(200);
});

test('usage tells whether a breakpoint of the prompt cache hit', async () => {
  await start({ script: [{}], repeatLast: true });
  const point = { cache_control: { type: 'ephemeral' as const } };
  const system = [{ type: 'text' as const, text: 'You build apps. '.repeat(100), ...point }];
  const first = await client.messages.create({ ...ask, system });
  expect(first.usage).toMatchObject({ cache_read_input_tokens: 0 });
  expect(first.usage.cache_creation_input_tokens).toBeGreaterThan(300);
  const more: Anthropic.MessageParam[] = [...ask.messages, { role: 'user', content: 'Quickly' }];
  const second = await client.messages.create({ ...ask, system, messages: more });
  expect(second.usage.cache_read_input_tokens).toBe(first.usage.cache_creation_input_tokens);
  const third = await client.messages.create({ ...ask, system: 'You do not.' });
  expect(third.usage).toMatchObject({ cache_read_input_tokens: 0, cache_creation_input_tokens: 0 });
});

test('another process controls it over HTTP', async () => {
  await start();
  const post = (path: string, body: unknown) =>
    fetch(`${simulator.url}/__simulator/${path}`, { method: 'POST', body: JSON.stringify(body) });
  const get = async (path: string) => (await fetch(`${simulator.url}/__simulator/${path}`)).json();
  await post('script', { answers: [{ gates: [{ before: 1, name: 'g' }] }, { kind: 'hang' }], text: 'timer' });
  const arrived = get('wait?requests=1&text=timer');
  const answering = stream().then(collect);
  expect(await arrived).toMatchObject({ number: 1, end: null });
  expect(await get('wait?gate=g')).toEqual({ gate: 'g' });
  await post('release', { gate: 'g' });
  expect(types(await answering).at(-1)).toBe('message_stop');

  const controller = new AbortController();
  const hanging = stream({}, { signal: controller.signal }).catch(() => null);
  await get('wait?requests=2');
  expect(await get('wait?requests=2&until=ended&timeoutMs=1')).toHaveProperty('error');
  controller.abort();
  expect(await get('wait?requests=2&until=aborted')).toMatchObject({ end: 'aborted' });
  await hanging;
  const { requests } = (await get('requests')) as { requests: { rawBody: string }[] };
  expect(JSON.parse(requests[0]?.rawBody ?? '')).toEqual({ ...ask, stream: true });
});

test('recorded responses are replayed as they were', async () => {
  const headers = { 'anthropic-ratelimit-unified-status': 'rejected', 'retry-after': '8949' };
  const body = { type: 'error', error: { type: 'rate_limit_error', message: 'Exceeded' }, request_id: 'req_1' };
  await start({
    script: answersOf([
      { status: 200, headers: {}, cut: 4, cutMode: 'end' },
      { status: 429, headers, body },
    ]),
    repeatLast: true,
  });
  expect(types(await collect(await stream())).at(-1)).toBe('content_block_delta');
  for (let round = 0; round < 2; round += 1) {
    const error = await stream().catch((caught) => caught);
    expect(error.error).toEqual(body);
    expect(error.headers.get('retry-after')).toBe('8949');
  }
});
