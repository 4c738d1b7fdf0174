import type Anthropic from '@anthropic-ai/sdk';
import { describe, expect, it, onTestFinished } from 'vitest';
import { signThinking } from '../../claude-simulator/compose-message.ts';
import type { RecordedRequest } from '../../claude-simulator/recorded-request.ts';
import type { Handler } from '../../claude-simulator/script.ts';
import { useSimulator } from '../../support/use-simulator.ts';
import { NodeObject, scratch } from '../node-object.ts';

const simulator = await useSimulator();

const pixel = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==',
  'base64',
);

/** A session in which nothing has happened yet. */
function open(model = 'claude-haiku-5-5'): NodeObject {
  const { folder, remove } = scratch();
  const env = { ANTHROPIC_API_KEY: 'sk-test', ANTHROPIC_BASE_URL: simulator.url };
  const object = new NodeObject(`${folder}/session.sqlite`, env, null, undefined, model);
  onTestFinished(() => {
    object.close();
    remove();
  });
  return object;
}

const text = (words: string) => ({ type: 'text', text: words });
const prompt = (words: string) => ['prompt', { blocks: [text(words)], text: words }] as const;
const reply = (stopReason: string, ...content: object[]) => ['reply', { content, stopReason }] as const;
const call = (id: string, name = 'check_preview', input: unknown = {}) => ({ type: 'tool_use', id, name, input });
const result = (id: string, content: string) =>
  ['result', { block: { type: 'tool_result', tool_use_id: id, content } }] as const;
const note = (words: string) => ['note', { reason: 'preview', text: words }] as const;
type Row = readonly [kind: string, content: object];

/** Writes a turn as it was stored, whatever it holds. */
function store({ context }: NodeObject, turn: string, rows: readonly Row[]): void {
  const { sql } = context.storage;
  for (const [step, [kind, content]] of rows.entries())
    sql.exec(
      'INSERT INTO message (turn, step, kind, content) VALUES (?, ?, ?, ?)',
      turn,
      step,
      kind,
      JSON.stringify(content),
    );
}

const lastRequest = (): RecordedRequest => simulator.requests.at(-1) as RecordedRequest;
const stateOf = ({ context }: NodeObject) => context.turns.last()?.state;
const eventsOf = ({ context }: NodeObject, type: string) =>
  context.log.read(0, 10_000).flatMap((event) => (event.type === type ? [JSON.parse(event.data)] : []));
const imagesIn = ({ body }: RecordedRequest) =>
  (body?.messages ?? []).flatMap(({ content }) =>
    (content as Anthropic.ContentBlockParam[]).filter(({ type }) => type === 'image'),
  );

/** Refuses as the API does: for as long as what it has refused is in the context. */
const refusing =
  (word: string): Handler =>
  ({ rawBody }) =>
    rawBody.includes(word) ? { content: ['I cannot'], stopReason: 'refusal' } : { content: ['Done.'] };

/** Cannot read pictures. */
const blind: Handler = (request) =>
  imagesIn(request).length > 0
    ? { error: { type: 'invalid_request_error', message: 'Could not process image' } }
    : { content: ['Done.'] };

/** A model with a window of 200,000 tokens, one for each Chinese character. */
const narrow: Handler = ({ rawBody }) => {
  const tokens = Buffer.byteLength(rawBody) / 3;
  const message = `prompt is too long: ${Math.ceil(tokens)} tokens > 200000 maximum`;
  if (tokens > 200_000) return { error: { type: 'invalid_request_error', message } };
  return { content: ['Done.'], usage: { input_tokens: Math.ceil(tokens), output_tokens: 1 } };
};

const done: Handler = () => ({ content: ['Done.'] });
const chinese = '汉'.repeat(90_000);

describe('a project that could not be used any more', () => {
  const dead: { name: string; turns: Row[][]; handler?: Handler }[] = [
    {
      name: 'half a character in a result',
      turns: [[prompt('A'), reply('tool_use', call('a')), result('a', 'x\ud83d'), reply('end_turn', text('B'))]],
    },
    {
      name: 'half a character in a key and in a prompt',
      turns: [[prompt('A\ude00'), reply('tool_use', call('a', 'bash', { '\ud83d': ['\ud83d'] })), result('a', 'x')]],
    },
    {
      name: 'refused turns, one of which went on',
      turns: [
        [prompt('A'), reply('end_turn', text('B'))],
        [prompt('forbidden'), reply('refusal', call('a')), result('a', 'x'), reply('end_turn', text('forbidden too'))],
        [prompt('after that'), reply('refusal', text('forbidden still'))],
      ],
      handler: refusing('forbidden'),
    },
    {
      name: 'tools whose names do not pass',
      turns: ['n'.repeat(201), 'a b', 'a.b', ''].map((name, n) => [
        prompt('A'),
        reply('tool_use', call(`t${n}`, name)),
        result(`t${n}`, 'There is no such tool.'),
      ]),
    },
    {
      name: 'ids that do not pass, and the same twice',
      turns: [1, 2].map(() => [
        prompt('A'),
        reply('tool_use', call('functions.edit:0'), call('b'), call('b')),
        result('functions.edit:0', 'x'),
        result('b', 'y'),
        result('b', 'z'),
        reply('end_turn', text('B')),
      ]),
    },
    {
      name: 'a prompt and a note of nothing that Python sees',
      turns: [[prompt('\x1f'), reply('end_turn', text('\x85')), note('\u3000')]],
    },
    {
      name: 'thinking without a signature, and nothing else',
      turns: [
        [prompt('A'), reply('end_turn', { type: 'thinking', thinking: 'Hm', signature: '' })],
        [prompt('A'), reply('end_turn', { type: 'thinking', thinking: 'Hm', signature: signThinking('Hm') })],
      ],
    },
    {
      name: 'rows that cannot be read',
      turns: [
        [
          ['prompt', { blocks: 'none' }],
          ['reply', { content: 'none' }],
          ['result', {}],
          ['note', []],
          ['odd', {}],
        ],
      ],
    },
    {
      name: 'a picture that Claude cannot read',
      turns: [
        [
          [
            'prompt',
            {
              blocks: [{ type: 'image', source: { type: 'url', url: 'blob:HASH:70:image/png' } }, text('A')],
              text: 'A',
            },
          ],
        ],
      ],
      handler: blind,
    },
    {
      name: 'more Chinese than fits',
      turns: [1, 2, 3].map((n) => [
        prompt('A'),
        reply('tool_use', call(`t${n}`, 'str_replace_based_edit_tool', { command: 'view', path: 'a.txt' })),
        result(`t${n}`, chinese),
        reply('end_turn', text('B')),
      ]),
      handler: narrow,
    },
    {
      name: 'more in its newest turn than fits',
      turns: [
        [
          prompt('A'),
          reply('tool_use', call('a'), call('b'), call('c')),
          ...['a', 'b', 'c'].map((id) => result(id, chinese)),
        ],
      ],
      handler: narrow,
    },
  ];

  it.each(dead)('lives again: $name', async ({ turns, handler = done }) => {
    const object = open('claude-haiku-4-5');
    const hash = object.context.workspace.blobs.putPinned(pixel);
    for (const [n, rows] of turns.entries())
      store(object, `old-${n}`, JSON.parse(JSON.stringify(rows).replaceAll('HASH', hash)));
    simulator.script(handler);
    for (const words of ['One more.', 'And another.']) {
      await object.build({ prompt: words });
      expect(eventsOf(object, 'prompt_error')).toEqual([]);
      expect(stateOf(object)).toBe('completed');
      expect(lastRequest().rawBody).toContain(words);
    }
    // What was healed once costs no further request: the next is the first, and begins with the same bytes.
    const [before, last] = simulator.requests.slice(-2).map(({ rawBody }) => rawBody);
    expect(last?.startsWith(before?.slice(0, -2) ?? '')).toBe(true);
  });
});

describe('a refusal', () => {
  it('costs nothing, and is forgotten by the next prompt', async () => {
    const object = open();
    simulator.script(refusing('forbidden'));
    await object.build({ prompt: 'Something forbidden.' });
    expect(eventsOf(object, 'prompt_error')).toMatchObject([{ code: 'refused', retryable: false }]);
    expect(object.settled).toMatchObject([{ counted: false }]);
    await object.build({ prompt: 'Something else.' });
    expect(stateOf(object)).toBe('completed');
    expect(lastRequest().body?.messages).toHaveLength(1);
    expect(lastRequest().rawBody).not.toContain('cut short by an error');
  });

  it('does nothing of what it says, and names the files that the turn had changed before', async () => {
    const object = open();
    const edit = (path: string) =>
      ({
        type: 'tool_use',
        name: 'str_replace_based_edit_tool',
        input: { command: 'create', path, file_text: 'x' },
      }) as const;
    simulator.script([
      { content: [edit('before.txt')] },
      { content: ['I cannot', edit('refused.txt')], stopReason: 'refusal' },
      { content: ['Done.'] },
    ]);
    await object.build({ prompt: 'Something.' });
    expect(object.context.workspace.list().map(({ path }) => path)).toEqual(['before.txt']);
    expect(simulator.requests).toHaveLength(2);
    await object.build({ prompt: 'Something else.' });
    expect(lastRequest().rawBody).toContain('Files changed since your last turn (built): /app/before.txt.');
    expect(lastRequest().rawBody).not.toContain('refused.txt');
  });
});

describe('a picture that Claude cannot read', () => {
  it('is left out for good, and the visitor is told which; others stay', async () => {
    const object = open();
    const broken = Buffer.concat([pixel, Buffer.from('broken')]);
    const data = broken.toString('base64');
    const handler: Handler = ({ rawBody }) =>
      rawBody.includes(data)
        ? {
            error: {
              type: 'invalid_request_error',
              message: 'messages.2.content.0.image.source.base64: Could not process image',
            },
          }
        : { content: ['Done.'] };
    simulator.script(handler);
    const { workspace } = object.context;
    const upload = (path: string, bytes: Uint8Array) => {
      workspace.write(path, bytes);
      workspace.commit({ label: path, kind: 'edit', stopped: false, now: Date.now() });
    };
    upload('uploads/good.png', pixel);
    upload('uploads/bad.png', broken);

    await object.build({ prompt: 'Like this.', attachments: ['uploads/good.png'] });
    await object.build({ prompt: 'Or this.', attachments: ['uploads/bad.png'] });
    expect(stateOf(object)).toBe('completed');
    expect(simulator.requests).toHaveLength(3);
    expect(eventsOf(object, 'tool')).toMatchObject([
      { name: 'view_image', state: 'failed', step: 1, title: 'Could not show Claude bad.png' },
    ]);
    workspace.undo(Date.now());
    await object.build({ prompt: 'Go on.' });
    expect(simulator.requests).toHaveLength(4);
    expect(imagesIn(lastRequest())).toHaveLength(1);
    expect(eventsOf(object, 'api_retry')).toEqual([]);
  });
});

describe('a transcript that outgrows the window', () => {
  const view = {
    type: 'tool_use',
    name: 'str_replace_based_edit_tool',
    input: { command: 'view', path: 'a.txt' },
  } as const;

  it.each([
    ['in the middle of a reply', { content: ['It ends'], stopReason: 'model_context_window_exceeded' }],
    ['with status 413', { error: { type: 'request_too_large' } }],
    [
      'as an error of the stream',
      { streamError: { at: 1, type: 'invalid_request_error', message: 'prompt is too long: 2 > 1' } },
    ],
  ])('is shortened and sent again, where Claude says so %s', async (_where, answer) => {
    const object = open();
    object.context.workspace.write('a.txt', Buffer.from('line\n'.repeat(2000)));
    simulator.script([{ content: [view] }, { content: ['Done.'] }, answer, { content: ['Done again.'] }]);
    await object.build();
    await object.build({ prompt: 'Next.' });
    expect(stateOf(object)).toBe('completed');
    const [whole, shorter] = simulator.requests.slice(-2).map(({ rawBody }) => rawBody.length);
    expect(shorter).toBeLessThan((whole ?? 0) - 5_000);
  });

  it('ends with a sentence where nothing is left to shorten, after a few requests', async () => {
    const object = open();
    simulator.script([{ error: { type: 'invalid_request_error', message: 'prompt is too long: 2 > 1' } }], {
      repeatLast: true,
    });
    await object.build();
    expect(eventsOf(object, 'prompt_error')).toMatchObject([{ code: 'request_too_large' }]);
    expect(simulator.requests.length).toBeLessThan(8);
  });

  it('is compacted by what Claude has counted, before it is refused', async () => {
    const object = open('claude-haiku-4-5');
    for (const n of [1, 2, 3])
      object.context.workspace.write(`${n}.txt`, Buffer.from(`${'汉字'.repeat(30)}\n`.repeat(700)));
    const sizes: number[] = [];
    // Two tokens for each character: more than anything of ours would reckon.
    simulator.script(({ rawBody }, number) => {
      const tokens = Math.ceil(Buffer.byteLength(rawBody) / 1.5);
      sizes.push(tokens);
      const usage = { input_tokens: tokens, output_tokens: 1 };
      const input = { ...view.input, path: `${Math.ceil(number / 2)}.txt` };
      return { content: number % 2 === 1 ? [{ ...view, input }] : ['Done.'], usage };
    });
    for (let turn = 0; turn < 3; turn++) await object.build({ prompt: 'Look.' });
    expect(Math.max(...sizes)).toBeLessThan(200_000);
    expect(JSON.parse(object.context.meta.get('cut') ?? '{}').elide).toBeGreaterThan(0);
  });
});
