import fc from 'fast-check';
import type { StoredEntry } from '../../src/session/turn/transcript-entry.ts';
import { signThinking } from '../claude-simulator/compose-message.ts';

/** A PNG of one pixel, and where it stands in a transcript. */
export const pixel = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==',
  'base64',
);
const imageRef = (hash: string) => ({ type: 'image', source: { type: 'url', url: `blob:${hash}:70:image/png` } });

/** `pixel` is there; any other image is gone. */
export const readImage = (hash: string): Uint8Array | null => (hash === 'pixel' ? pixel : null);

const halves = fc.constantFrom(
  '\ud83d',
  '\ude00',
  '😀',
  '😀'.slice(0, 1),
  `${'a'.repeat(79)}😀`,
  `${'汉'.repeat(599)}😀`,
);
const blank = fc.constantFrom('', ' ', '\n', '\x1c', '\x1f', '\x85', '\u3000', '\u2028 \t', '\ufeff');
/** Any text, the odd ones more often. */
const oddText = fc.oneof(
  { weight: 3, arbitrary: fc.string({ maxLength: 12 }) },
  { weight: 2, arbitrary: blank },
  { weight: 2, arbitrary: halves },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 6 }) },
  {
    weight: 1,
    arbitrary: fc.tuple(halves, fc.nat({ max: 700 })).map(([half, n]) => 'x'.repeat(n) + half + 'y'.repeat(n)),
  },
);

const oddJson = fc.oneof(
  fc.constant({}),
  fc.dictionary(oddText, fc.oneof(oddText, fc.integer(), fc.constant(null)), { maxKeys: 3 }),
  fc.record({ command: fc.constant('create'), path: oddText, file_text: oddText }),
  fc.record({ deep: fc.array(fc.dictionary(halves, oddText, { maxKeys: 1 }), { maxLength: 2 }) }),
  fc.jsonValue({ maxDepth: 2 }),
);

/** Few, so that they repeat within a reply and over a transcript. */
const oddId = fc.constantFrom('toolu_1', 'toolu_2', 'toolu_3', 'functions.edit:0', '', 'toolu_replaced_1', 'ü', 'a b');
const oddName = fc.oneof(
  fc.constantFrom('check_preview', 'bash', 'a.b', 'a b', '', 'n'.repeat(128), 'n'.repeat(129), 'n'.repeat(201)),
  oddText,
);

const thinking = oddText.map((text) => ({ type: 'thinking', thinking: text, signature: signThinking(text) }));
const replyBlock = fc.oneof(
  oddText.map((text) => ({ type: 'text', text })),
  thinking,
  oddText.map((text) => ({ type: 'thinking', thinking: text, signature: '' })),
  fc.record({ type: fc.constant('redacted_thinking'), data: oddText }),
  fc.record({ type: fc.constant('tool_use'), id: oddId, name: oddName, input: oddJson }),
  fc.record({ type: fc.constant('tool_use'), id: oddId, name: fc.constant('check_preview'), input: oddJson }),
  fc.constant({ type: 'tool_use' }),
  fc.constant({ type: 'text', text: 'Seen.', citations: null }),
  fc.constantFrom<unknown>({ type: 'server_tool_use', id: 'x' }, { type: 'text' }, 'text', null, 7),
);
const resultContent = fc.oneof(
  oddText,
  fc.array(
    fc.oneof(
      oddText.map((text) => ({ type: 'text', text })),
      fc.constantFrom(imageRef('pixel'), imageRef('gone')),
      fc.constantFrom<object>({ type: 'document' }, { type: 'text' }),
    ),
    { maxLength: 3 },
  ),
  fc.constantFrom<unknown>(undefined, null, 5, {}),
);
const resultBlock = fc.record(
  {
    type: fc.constant('tool_result'),
    tool_use_id: oddId,
    content: resultContent,
    is_error: fc.constantFrom<unknown>(true, false, 'yes'),
  },
  { requiredKeys: ['type', 'tool_use_id'] },
);
const promptBlock = fc.oneof(
  oddText.map((text) => ({ type: 'text', text })),
  fc.constantFrom(imageRef('pixel'), imageRef('gone'), { type: 'image', source: null }, { type: 'image' }),
);

const stopReason = fc.constantFrom('end_turn', 'tool_use', 'max_tokens', 'refusal', 'pause_turn', null, 'odd');
const reply = fc.record({ content: fc.array(replyBlock, { maxLength: 4 }), stopReason });

type Row = Pick<StoredEntry, 'kind' | 'json'>;
const row = (kind: string, content: unknown): Row => ({ kind, json: JSON.stringify(content) });

/** What follows a reply: its own results, in any order, some left out; then perhaps others. */
const step = fc
  .tuple(reply, fc.array(fc.nat({ max: 9 }), { maxLength: 3 }), fc.array(resultBlock, { maxLength: 2 }), resultContent)
  .map(([content, left, others, said]): Row[] => {
    const calls = content.content.flatMap((block) =>
      typeof block === 'object' && block !== null && 'id' in block ? [String(block.id)] : [],
    );
    const own = calls
      .filter((_id, at) => !left.includes(at))
      .map((tool_use_id) => ({ type: 'tool_result', tool_use_id, content: said }));
    return [row('reply', content), ...[...own, ...others].map((block) => row('result', { block }))];
  });
const brokenRow = fc.constantFrom<Row>(
  { kind: 'reply', json: null },
  { kind: 'prompt', json: null },
  { kind: 'result', json: '{"block":' },
  { kind: 'note', json: '[]' },
  { kind: 'reply', json: '{"content":"text"}' },
  { kind: 'forgotten', json: '{}' },
);
const laterRows = fc.oneof(
  { weight: 6, arbitrary: step },
  { weight: 1, arbitrary: oddText.map((text) => [row('note', { reason: 'preview', text })]) },
  { weight: 1, arbitrary: brokenRow.map((one) => [one]) },
);
const prompt = fc
  .tuple(fc.array(promptBlock, { maxLength: 3 }), oddText)
  .map(([blocks, text]) => row('prompt', { blocks, text }));

/** The rows of one turn: a prompt, and whatever may have come of it. */
const turnRows = fc
  .tuple(fc.option(prompt, { freq: 12 }), fc.array(laterRows, { maxLength: 4 }))
  .map(([first, rest]) => [...(first ? [first] : []), ...rest.flat()]);

/** The rows of a session as they may have been stored by any release, each turn a list. */
export const storedTurns = fc.array(turnRows, { minLength: 1, maxLength: 5 });

export function entriesOf(turns: readonly Row[][]): StoredEntry[] {
  return turns
    .flatMap((rows, turn) => rows.map((one, step) => ({ ...one, turn: `turn-${turn}`, step })))
    .map((one, id) => ({ id, ...one }));
}

const soundText = fc
  .string({ minLength: 1, maxLength: 20 })
  .map((text) => `${text}.`)
  .filter((text) => text.isWellFormed());

/** A transcript as Redraw writes it: turns of prompt, replies, results and a closing text. */
export const soundTurns = fc
  .array(
    fc.record({
      asked: soundText,
      withImage: fc.boolean(),
      steps: fc.array(
        fc.record({
          thought: fc.option(soundText),
          said: fc.option(soundText),
          calls: fc.integer({ min: 1, max: 3 }),
          isError: fc.boolean(),
        }),
        { maxLength: 3 },
      ),
      closing: soundText,
    }),
    { minLength: 1, maxLength: 5 },
  )
  .map((turns) => {
    let calls = 0;
    return turns.map(({ asked, withImage, steps, closing }) => {
      const image = { type: 'base64', media_type: 'image/png', data: pixel.toString('base64') };
      const messages: unknown[] = [
        {
          role: 'user',
          content: [...(withImage ? [{ type: 'image', source: image }] : []), { type: 'text', text: asked }],
        },
      ];
      for (const { thought, said, calls: number, isError } of steps) {
        const ids = Array.from({ length: number }, () => `toolu_${++calls}`);
        messages.push({
          role: 'assistant',
          content: [
            ...(thought === null ? [] : [{ type: 'thinking', thinking: thought, signature: signThinking(thought) }]),
            ...(said === null ? [] : [{ type: 'text', text: said }]),
            ...ids.map((id) => ({ type: 'tool_use', id, name: 'bash', input: { command: asked, lines: [1, 2] } })),
          ],
        });
        const results = ids.map((tool_use_id) => ({
          type: 'tool_result',
          tool_use_id,
          content: closing,
          ...(isError ? { is_error: true } : {}),
        }));
        messages.push({ role: 'user', content: results });
      }
      messages.push({ role: 'assistant', content: [{ type: 'text', text: closing }] });
      return messages;
    });
  });
