import type Anthropic from '@anthropic-ai/sdk';
import { describe, expect, it } from 'vitest';
import { elideBlock, foldedMessages, foldTurn, shorten } from '../../src/agent/shorten-messages.ts';

type Block = Anthropic.ContentBlockParam;

const user = (content: unknown) => ({ role: 'user', content }) as Anthropic.MessageParam;
const assistant = (content: unknown) => ({ role: 'assistant', content }) as Anthropic.MessageParam;
const text = (words: string): Block => ({ type: 'text', text: words });
const thinking: Block = { type: 'thinking', thinking: 'Hm.', signature: 's' };
const redacted: Block = { type: 'redacted_thinking', data: 'd' };
const image: Block = { type: 'image', source: { type: 'url', url: 'blob:h:1:image/png' } };
const call = (input: unknown): Block => ({ type: 'tool_use', id: 'toolu_1', name: 'bash', input });
const result = (content?: unknown) => ({ type: 'tool_result', tool_use_id: 'toolu_1', content }) as Block;
const stubOf = (long: string) => `${long.slice(0, 80)}… [${long.length} characters left out]`;

const whole = 'w'.repeat(300);
const long = 'l'.repeat(301);

describe('an old message', () => {
  it('keeps what Claude and the person said, whatever its length', () => {
    for (const block of [text(long), thinking, redacted]) expect(elideBlock(block)).toBe(block);
    for (const message of [user(long), { role: 'system', content: [] } as unknown as Anthropic.MessageParam])
      expect(shorten(message, true, true)).toBe(message);
  });

  it('says of a picture where it is', () => {
    expect(elideBlock(image)).toEqual(text('[image left out; the file is in the workspace]'));
  });

  it('keeps the first 80 characters of a long input, at any depth', () => {
    const nested = [{ old_str: whole }];
    const exact = ['w'.repeat(296)];
    const input = { whole, long, nested, exact, few: ['a'], number: 1, nothing: null };
    expect(elideBlock(call(input))).toEqual(
      call({ ...input, long: stubOf(long), nested: stubOf(JSON.stringify(nested)) }),
    );
    for (const odd of [null, undefined, long, [long], 7]) expect(elideBlock(call(odd))).toEqual(call(odd));
  });

  it('keeps the first 80 characters of a long result', () => {
    expect(elideBlock(result(long))).toEqual(result(stubOf(long)));
    expect(elideBlock(result(whole))).toEqual(result(whole));
    const none = result();
    expect(elideBlock(none)).toBe(none);
  });

  it('keeps a result of short texts, and makes one text of another', () => {
    const short = result([text('a'), text('w'.repeat(298))]);
    expect(elideBlock(short)).toBe(short);
    expect(elideBlock(result([text('a'), text('w'.repeat(299))]))).toEqual(result(stubOf(`a\n${'w'.repeat(299)}`)));
    expect(elideBlock(result([text('a'), image]))).toEqual(result('a\n[image]'));
  });

  it('is not cut within an emoji', () => {
    const cut = `${'x'.repeat(79)}😀${'y'.repeat(300)}`;
    expect(elideBlock(result(cut))).toEqual(result(`${'x'.repeat(79)}… [381 characters left out]`));
    expect(elideBlock(result(`😀${'x'.repeat(300)}`))).toEqual(
      result(`😀${'x'.repeat(78)}… [302 characters left out]`),
    );
    expect(elideBlock(result(`x${cut}`))).toEqual(result(`${'x'.repeat(80)}… [382 characters left out]`));
  });

  it('loses its long texts, its thinking, or both', () => {
    const message = assistant([thinking, redacted, text('Hi'), call({ long })]);
    const elided = call({ long: stubOf(long) });
    expect(shorten(message, false, false)).toEqual(message);
    expect(shorten(message, true, false)).toEqual(assistant([thinking, redacted, text('Hi'), elided]));
    expect(shorten(message, false, true)).toEqual(assistant([text('Hi'), call({ long })]));
    expect(shorten(message, true, true)).toEqual(assistant([text('Hi'), elided]));
  });

  it('of thinking alone still has content', () => {
    expect(shorten(assistant([thinking]), false, true)).toEqual(assistant([text('(thought)')]));
    expect(shorten(assistant([]), true, true)).toEqual(assistant([]));
  });
});

describe('a summarised turn', () => {
  it('has what was asked, and the last that Claude said', () => {
    const turn = [
      user([text('Build\n\n a  timer'), image, text('like this')]),
      assistant([text('First.'), call({})]),
      user([result('ok')]),
      assistant([thinking, text(' It\ncounts. ')]),
      user('Check.'),
      assistant([call({})]),
    ];
    expect(foldTurn(turn)).toBe('- Person: Build a timer like this\n  You: It counts.');
    expect(foldTurn([user('x'), assistant('Done.')])).toBe('- Person: x\n  You: Done.');
  });

  it('has one line where one of them said nothing', () => {
    expect(foldTurn([user('x')])).toBe('- Person: x');
    expect(foldTurn([user('x'), assistant([call({})])])).toBe('- Person: x');
    expect(foldTurn([assistant('Hi')])).toBe('- Person: \n  You: Hi');
    expect(foldTurn([])).toBe('- Person: ');
  });

  it('keeps 600 characters of each, and no half of an emoji', () => {
    expect(foldTurn([user('x'.repeat(600)), assistant('y'.repeat(601))])).toBe(
      `- Person: ${'x'.repeat(600)}\n  You: ${'y'.repeat(600)}…`,
    );
    expect(foldTurn([user(`${'x'.repeat(599)}😀`)])).toBe(`- Person: ${'x'.repeat(599)}…`);
  });
});

describe('the summary of all old turns', () => {
  const start =
    'The conversation so far, shortened. The files are as they stand in the workspace now; view them before you change them.\n\n';
  const reply = assistant('Understood. I will look at the files again before I change them.');

  it('has them in order, as one message that Claude has answered', () => {
    expect(foldedMessages(['- a', '- b'])).toEqual([user(`${start}- a\n- b`), reply]);
  });

  it('leaves out the oldest beyond 40,000 characters, and counts them', () => {
    const turns = ['a', 'b', 'c', 'd'].map((letter) => letter.repeat(10_000));
    expect(foldedMessages(turns)).toEqual([user(start + turns.join('\n')), reply]);
    const [, , ...last] = [...turns, 'e'];
    expect(foldedMessages([...turns, 'e'])).toEqual([
      user(`${start}- (1 earlier prompts are left out)\n${[turns[1], ...last].join('\n')}`),
      reply,
    ]);
    expect(foldedMessages(['0', ...turns, 'e'.repeat(10_001)])).toEqual([
      user(`${start}- (3 earlier prompts are left out)\n${[turns[2], turns[3], 'e'.repeat(10_001)].join('\n')}`),
      reply,
    ]);
  });
});
