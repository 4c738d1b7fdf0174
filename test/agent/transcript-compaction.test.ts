import type Anthropic from '@anthropic-ai/sdk';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { applyCompaction, planCompaction, shortenCompaction } from '../../src/agent/transcript-compaction.ts';
import { type Compaction, noCompaction, type TranscriptMessage } from '../../src/agent/transcript-message.ts';
import { TranscriptSizes } from '../../src/agent/transcript-sizes.ts';
import { signThinking } from '../claude-simulator/compose-message.ts';
import { findTranscriptFault } from '../claude-simulator/validate-transcript.ts';
import { longRun } from '../support/long-run.ts';

const long = (n: number) => 'const x = 1; // 😀\n'.repeat(n);

/** A turn that writes a file of `lines` lines and views it. */
function turn(id: number, lines: number): TranscriptMessage[] {
  const content = (n: number, block: Anthropic.ToolUseBlockParam): Anthropic.ContentBlockParam[] => [
    { type: 'thinking', thinking: `Thought ${n}.`, signature: signThinking(`Thought ${n}.`) },
    { type: 'text', text: `Step ${n}.` },
    block,
  ];
  const use = (n: number, input: object): Anthropic.ToolUseBlockParam => ({
    type: 'tool_use',
    id: `toolu_${id}_${n}`,
    name: 'str_replace_based_edit_tool',
    input,
  });
  const result = (n: number, text: string): Anthropic.MessageParam => ({
    role: 'user',
    content: [{ type: 'tool_result', tool_use_id: `toolu_${id}_${n}`, content: text }],
  });
  const messages: Anthropic.MessageParam[] = [
    { role: 'user', content: `Prompt ${id}: ${long(2)}` },
    { role: 'assistant', content: content(1, use(1, { command: 'create', path: 'a.txt', file_text: long(lines) })) },
    result(1, 'Written.'),
    { role: 'assistant', content: content(2, use(2, { command: 'view', path: 'a.txt' })) },
    result(2, long(lines)),
    { role: 'assistant', content: [{ type: 'text', text: `Turn ${id} is done.` }] },
  ];
  return messages.map((message) => ({ turn: `t${id}`, message }));
}

const transcript = (lines: number[]) => lines.flatMap((n, index) => turn(index, n));
const size = (messages: readonly TranscriptMessage[], cut: Compaction) =>
  Math.ceil(JSON.stringify(applyCompaction(messages, cut)).length / 3);

describe('compaction', () => {
  it('leaves a transcript alone that fits', () => {
    const messages = transcript([10, 10]);
    expect(planCompaction(messages, 100_000, noCompaction)).toBe(noCompaction);
    expect(applyCompaction(messages, noCompaction)).toEqual(messages.map(({ message }) => message));
  });

  it('keeps a transcript valid, inside the window, and its newest turn whole', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 400 }), { minLength: 1, maxLength: 25 }), (lines) => {
        const messages = transcript(lines);
        const before = JSON.stringify(messages);
        const cut = planCompaction(messages, 20_000, noCompaction);
        const sent = applyCompaction(messages, cut);
        expect(JSON.stringify(messages)).toBe(before);
        const next = [...sent, { role: 'user', content: 'Next.' }];
        expect(findTranscriptFault({ messages: next, max_tokens: 1 })).toBeNull();
        expect(JSON.stringify(sent).isWellFormed()).toBe(true);
        // Two turns of the maximum of 400 lines fit into the window, so no turn alone exceeds it.
        expect(size(messages, cut)).toBeLessThanOrEqual(20_000 * 0.6 + size(messages.slice(-6), noCompaction));
        expect(sent.slice(-5).map(withoutThought)).toEqual(
          messages.slice(-5).map(({ message }) => withoutThought(message)),
        );
        if (cut !== noCompaction) expect(JSON.stringify(sent)).not.toContain('"thinking"');
      }),
      longRun(60),
    );
  });

  it('moves rarely, only forward, and gives the same bytes in between', () => {
    let cut = noCompaction;
    let moves = 0;
    let sent: string[] = [];
    for (let n = 1; n <= 60; n++) {
      const messages = transcript(Array.from({ length: n }, () => 60));
      const next = planCompaction(messages, 20_000, cut);
      expect(planCompaction(messages, 20_000, next)).toEqual(next);
      if (next !== cut) {
        moves++;
        expect(next.fold).toBeGreaterThanOrEqual(cut.fold);
        expect(next.elide).toBeGreaterThanOrEqual(cut.elide);
      }
      const bytes = applyCompaction(messages, next).map((message) => JSON.stringify(message));
      if (next === cut) expect(bytes.slice(0, sent.length)).toEqual(sent);
      sent = bytes;
      cut = next;
    }
    expect(moves).toBeGreaterThan(2);
    expect(moves).toBeLessThan(20);
  });

  it('shortens the newest turn too where it alone is too much', () => {
    const messages = transcript(Array.from({ length: 12 }, () => 60)).map(({ message }) => ({ turn: 'one', message }));
    const cut = planCompaction(messages, 10_000, noCompaction);
    expect(size(messages, cut)).toBeLessThan(10_000 * 0.6);
    expect(cut.fold).toBe(0);
    expect(
      findTranscriptFault({ messages: [...applyCompaction(messages, cut), { role: 'user', content: 'x' }] }),
    ).toBeNull();
  });

  it('measures each block once, however many turns there are, and none again for the next request', () => {
    const stringified = (turns: number): number[] => {
      const messages = transcript(Array.from({ length: turns }, () => 30));
      const spy = vi.spyOn(JSON, 'stringify');
      const cut = planCompaction(messages, 4_000, noCompaction);
      const first = spy.mock.calls.length;
      planCompaction([...messages, ...turn(turns, 30)], 1_000_000, cut);
      const second = spy.mock.calls.length - first;
      spy.mockRestore();
      return [first, second];
    };
    const [few = 0, fewAgain = 0] = stringified(40);
    const [many = 0, manyAgain = 0] = stringified(160);
    expect(many).toBeLessThanOrEqual(4 * few + 10);
    // Prompts are strings here, which no map can remember; a session has blocks.
    expect(fewAgain).toBeLessThan(few / 2);
    expect(manyAgain).toBeLessThanOrEqual(4 * fewAgain + 10);
  });

  it('bounds the summary of folded turns: the oldest are left out', () => {
    const messages: TranscriptMessage[] = Array.from({ length: 400 }, (_, n) => [
      { turn: `t${n}`, message: { role: 'user' as const, content: `Prompt ${n} ${'汉'.repeat(600)}` } },
      { turn: `t${n}`, message: { role: 'assistant' as const, content: `Answer ${n} ${'汉'.repeat(600)}` } },
    ]).flat();
    const [summary] = applyCompaction(messages, { fold: 798, elide: 798, unthink: 798 });
    expect(String(summary?.content).length).toBeLessThan(42_000);
    expect(summary?.content).toMatch(/earlier prompts are left out/);
    expect(summary?.content).toContain('Prompt 398');
    expect(summary?.content).not.toContain('Prompt 0 ');
  });

  it('goes by what Claude has counted since the last move', () => {
    const messages = transcript([60, 60, 60]);
    const { tokens } = new TranscriptSizes(messages).of(noCompaction);
    const window = tokens * 2;
    const through = messages.length - 1;
    expect(planCompaction(messages, window, noCompaction, { tokens, through })).toBe(noCompaction);
    const moved = planCompaction(messages, window, noCompaction, { tokens: 3 * tokens, through });
    expect(moved.elide).toBeGreaterThan(0);
    // That count was of another transcript.
    expect(planCompaction(messages, window, moved, { tokens: 3 * tokens, through })).toBe(moved);
  });

  it('halves what Claude has refused, sparing nothing, until nothing is left', () => {
    let messages = transcript([200]);
    messages = [...messages, ...turn(9, 200)].map(({ message }) => ({ turn: 'one', message }));
    const sizes = new TranscriptSizes(messages);
    let cut = noCompaction;
    for (let n = 0; n < 6; n++) {
      const next = shortenCompaction(messages, cut, 'tokens');
      if (!next) break;
      expect(sizes.of(next).tokens).toBeLessThan(sizes.of(cut).tokens);
      cut = next;
    }
    expect(sizes.of(cut).tokens).toBeLessThan(2_000);
    expect(shortenCompaction(messages, cut, 'tokens')).toBeNull();
    expect(
      findTranscriptFault({ messages: [...applyCompaction(messages, cut), { role: 'user', content: 'x' }] }),
    ).toBeNull();
  });

  it('says what was asked and answered in turns that it folds', () => {
    const messages = transcript(Array.from({ length: 40 }, () => 40));
    const cut = planCompaction(messages, 4_000, noCompaction);
    expect(cut.fold).toBeGreaterThan(0);
    const first = JSON.stringify(applyCompaction(messages, cut)[0]);
    expect(first).toContain('Prompt 0');
    expect(first).toContain('Turn 0 is done.');
    expect(first).not.toContain('Step 1.');
  });
});

describe('a compacted transcript', () => {
  const thinking = { type: 'thinking' as const, thinking: 'Hm.', signature: 's' };
  const call = (n: number, chars: number): Anthropic.ToolUseBlockParam => ({
    type: 'tool_use',
    id: `toolu_${n}`,
    name: 'bash',
    input: { command: 'x'.repeat(chars) },
  });
  const entry = (turn: string, message: Anthropic.MessageParam, isLeftOut = false): TranscriptMessage => ({
    turn,
    message,
    isLeftOut,
  });
  const messages = [
    entry('a', { role: 'user', content: 'First' }),
    entry('a', { role: 'assistant', content: [thinking, call(1, 400)] }),
    entry('b', { role: 'user', content: 'Refused' }, true),
    entry('c', { role: 'user', content: 'Third' }),
    entry('c', { role: 'assistant', content: [thinking, call(2, 400)] }),
  ];
  const sent = (fold: number, elide: number, unthink: number) => applyCompaction(messages, { fold, elide, unthink });
  const stub = `${'x'.repeat(80)}… [400 characters left out]`;

  it('is as it was from where it was not compacted', () => {
    const of = (...at: number[]) => at.map((index) => messages[index]?.message);
    expect(sent(0, 0, 0)).toEqual(of(0, 1, 3, 4));
    const [first, shortened, ...rest] = sent(0, 2, 2);
    expect([first, ...rest]).toEqual(of(0, 3, 4));
    expect(rest[1]).toBe(messages[4]?.message);
    expect(shortened).toEqual({ role: 'assistant', content: [{ ...call(1, 0), input: { command: stub } }] });
    expect(sent(0, 4, 4)[3]).toBe(messages[4]?.message);
    expect(sent(0, 1, 5)[1]).toEqual({ role: 'assistant', content: [call(1, 400)] });
    expect(sent(0, 5, 1)[1]).toEqual({
      role: 'assistant',
      content: [thinking, { ...call(1, 0), input: { command: stub } }],
    });
    expect(sent(0, 0, 5)[3]).toEqual({ role: 'assistant', content: [call(2, 400)] });
    expect(sent(0, 5, 0)[3]).toEqual({
      role: 'assistant',
      content: [thinking, { ...call(2, 0), input: { command: stub } }],
    });
  });

  it('has a line for each turn before, but none for what Claude refused', () => {
    const [summary, answer, ...rest] = sent(3, 3, 5);
    expect(String(summary?.content).split('\n\n')[1]).toBe('- Person: First');
    expect(answer?.role).toBe('assistant');
    expect(rest).toEqual([messages[3]?.message, { role: 'assistant', content: [call(2, 400)] }]);
    const [all] = sent(5, 5, 5);
    expect(String(all?.content).split('\n\n')[1]).toBe('- Person: First\n- Person: Third');
    expect(sent(5, 5, 5)).toHaveLength(2);
  });

  it('has no summary where nothing before was said', () => {
    expect(applyCompaction(messages.slice(2), { fold: 1, elide: 1, unthink: 1 })).toEqual(
      messages.slice(3).map(({ message }) => message),
    );
  });
});

function withoutThought({ role, content }: Anthropic.MessageParam) {
  if (typeof content === 'string') return { role, content };
  return { role, content: (content as { type: string }[]).filter(({ type }) => type !== 'thinking') };
}
