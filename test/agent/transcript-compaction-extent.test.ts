import { describe, expect, it } from 'vitest';
import { planCompaction, shortenCompaction, withoutThinking } from '../../src/agent/transcript-compaction.ts';
import { type Compaction, noCompaction, type TranscriptMessage } from '../../src/agent/transcript-message.ts';
import { TranscriptSizes } from '../../src/agent/transcript-sizes.ts';

describe('how far is compacted', () => {
  const message = (turn: string, role: 'user' | 'assistant', ...content: unknown[]) =>
    ({ turn, message: { role, content } }) as TranscriptMessage;
  const text = (words: string) => ({ type: 'text', text: words });
  const result = (chars: number) => ({ type: 'tool_result', tool_use_id: 'a', content: 'x'.repeat(chars) });
  const image = (bytes: number) => ({ type: 'image', source: { type: 'url', url: `blob:h:${bytes}:image/png` } });
  const cut = (fold: number, elide: number): Compaction => ({ fold, elide, unthink: messages.length });
  const tokensOf = (compaction: Compaction, of: readonly TranscriptMessage[] = messages) =>
    new TranscriptSizes(of).of(compaction).tokens;

  /** Three turns of two messages, then one of ten. */
  const transcriptOf = (newest: number[]) => [
    ...[24_000, 6_000, 3_000].flatMap((chars, turn) => [
      message(`t${turn}`, 'user', result(chars)),
      message(`t${turn}`, 'assistant', text('y'.repeat(900))),
    ]),
    ...newest.map((chars, at) => message('newest', at % 2 === 0 ? 'user' : 'assistant', result(chars))),
  ];
  const messages = transcriptOf(Array.from({ length: 10 }, () => 900));
  const ofOldTurns = [cut(0, 2), cut(0, 4), cut(0, 6), cut(2, 6), cut(4, 6), cut(6, 6)];
  /** The six newest messages are spared. */
  const ofNewestTurn = [7, 8, 9, 10].map((elide) => cut(6, elide));
  const sparingNothing = [11, 12, 13, 14, 15, 16].map((elide) => cut(6, elide));
  const fitting = (candidates: Compaction[], tokens: number) => candidates.find((one) => tokensOf(one) <= tokens);

  it.each([
    ['old turns first', messages, 7],
    ['then the newest', transcriptOf([24_000, 6_000, 3_000, 1_500, 900, 900, 900, 900, 900, 900]), 6],
  ])('as little as brings it to half of what may be used: %s', (_name, given, outcomes) => {
    const seen = new Set<string>();
    for (let window = 1_000; window <= 60_000; window += 100) {
      const planned = planCompaction(given, window, noCompaction);
      const fits = (one: Compaction, share: number) => tokensOf(one, given) <= window * share;
      const spared = [noCompaction, cut(6, 6)].map((one) => (fits(one, 0.6) ? one : undefined));
      const expected =
        spared[0] ??
        ofOldTurns.find((one) => fits(one, 0.3)) ??
        spared[1] ??
        ofNewestTurn.find((one) => fits(one, 0.3)) ??
        cut(6, 10);
      expect(planned, `a window of ${window}`).toEqual(expected);
      seen.add(JSON.stringify(planned));
    }
    expect(seen.size).toBeGreaterThanOrEqual(outcomes);
  });

  it('half, where Claude has refused it, and the newest turn too', () => {
    const half = tokensOf(noCompaction) / 2;
    const first = fitting([...ofOldTurns, ...ofNewestTurn, ...sparingNothing], half);
    expect(shortenCompaction(messages, noCompaction, 'tokens')).toEqual(first);
    const last = cut(6, 16);
    for (const current of [cut(0, 4), cut(4, 6), cut(6, 6), cut(6, 9)]) {
      const candidates = [...ofOldTurns, ...ofNewestTurn, ...sparingNothing].filter(
        ({ fold, elide }) => fold > current.fold || (fold === current.fold && elide > current.elide),
      );
      const expected = fitting(candidates, tokensOf(current) / 2) ?? last;
      expect(shortenCompaction(messages, current, 'tokens')).toEqual(expected);
    }
    expect(shortenCompaction(messages, cut(6, 15), 'tokens')).toEqual(last);
    expect(shortenCompaction(messages, last, 'tokens')).toBeNull();
    expect(shortenCompaction([], noCompaction, 'bytes')).toBeNull();
  });

  it('at exactly half, where Claude has refused it', () => {
    const refused = (chars: number) => [message('a', 'user', result(chars)), message('b', 'user', text('z'))];
    const of = (chars: number, compaction = noCompaction) => new TranscriptSizes(refused(chars)).of(compaction).bytes;
    const first = { fold: 0, elide: 1, unthink: 2 };
    const chars = 2 * of(900, first) - of(0);
    expect(of(chars, first)).toBe(of(chars) / 2);
    expect(shortenCompaction(refused(chars), noCompaction, 'bytes')).toEqual(first);
    expect(shortenCompaction(refused(chars - 1), noCompaction, 'bytes')).not.toEqual(first);
    const one = (size: number) => [message('a', 'user', result(size)), message('a', 'user', result(900))];
    const sizeOf = (size: number, elide: number) =>
      new TranscriptSizes(one(size)).of({ fold: 0, elide, unthink: 2 }).bytes;
    const size = 2 * sizeOf(2_000, 1) - sizeOf(0, 0);
    expect(shortenCompaction(one(size), noCompaction, 'bytes')).toEqual(first);
    expect(shortenCompaction(one(size - 1), noCompaction, 'bytes')).toEqual({ ...first, elide: 2 });
  });

  it('never less than before, even where it would do to leave out thinking', () => {
    const thinking = { type: 'thinking', thinking: 'x'.repeat(90_000), signature: 's' };
    const thoughtful = [...messages.slice(0, -1), message('newest', 'assistant', thinking)];
    const next = (fold: number, elide: number) =>
      shortenCompaction(thoughtful, { fold, elide, unthink: elide }, 'tokens');
    expect(next(0, 2)).toEqual(cut(0, 4));
    expect(next(2, 6)).toEqual(cut(4, 6));
    expect(next(6, 9)).toEqual(cut(6, 10));
  });

  it('by bytes, where those were too many: pictures weigh more than in tokens', () => {
    const pictures = [message('a', 'user', image(9_000), result(60_000)), message('b', 'user', image(9_000))];
    expect(shortenCompaction(pictures, noCompaction, 'bytes')).toEqual({ fold: 0, elide: 1, unthink: 2 });
    const bytesFirst = [message('a', 'user', image(60_000)), message('b', 'user', result(20_000))];
    expect(shortenCompaction(bytesFirst, noCompaction, 'bytes')).toEqual({ fold: 0, elide: 1, unthink: 2 });
    expect(shortenCompaction(bytesFirst, noCompaction, 'tokens')).toEqual({ fold: 1, elide: 2, unthink: 2 });
  });

  it('not at all at 60 % of the window, and just above it some', () => {
    const tokens = 6_000;
    const padded = (chars: number) => [
      message('a', 'user', result(3_000)),
      message('b', 'user', text('y'.repeat(chars))),
    ];
    const over = new TranscriptSizes(padded(0)).of(noCompaction).bytes;
    expect(planCompaction(padded(tokens * 3 - over), 10_000, noCompaction)).toBe(noCompaction);
    expect(planCompaction(padded(tokens * 3 - over + 1), 10_000, noCompaction)).not.toBe(noCompaction);
  });

  it('at a hundred pictures, or 16 MB of them, and down to half of either', () => {
    const pictures = (count: number, bytes: number) =>
      Array.from({ length: count }, (_, turn) => message(`t${turn}`, 'user', image(bytes)));
    const plan = (count: number, bytes: number) => planCompaction(pictures(count, bytes), 10_000_000, noCompaction);
    expect(plan(100, 1)).toBe(noCompaction);
    expect(plan(101, 1)).toEqual({ fold: 0, elide: 51, unthink: 101 });
    expect(plan(16, 1_000_000)).toBe(noCompaction);
    expect(plan(16, 1_000_001)).toEqual({ fold: 0, elide: 9, unthink: 16 });
    expect(plan(17, 1_000_000)).toEqual({ fold: 0, elide: 9, unthink: 17 });
  });

  it('by what Claude has counted, where that can be believed', () => {
    const tokens = tokensOf(noCompaction);
    const all = messages.length - 1;
    const isCompacted = (window: number, counted: number, through = all, current = noCompaction) =>
      planCompaction(messages, window, current, { tokens: counted, through }) !== current;
    // Twice as many as we count: half the room.
    expect(isCompacted(4 * tokens, 2 * tokens)).toBe(false);
    expect(isCompacted(3 * tokens, 2 * tokens)).toBe(true);
    // At most four times as many, at least half as many.
    expect(isCompacted(7 * tokens, 9 * tokens)).toBe(false);
    expect(isCompacted(6 * tokens, 9 * tokens)).toBe(true);
    expect(isCompacted(tokens, tokens / 9)).toBe(false);
    expect(isCompacted(0.8 * tokens, tokens / 9)).toBe(true);
    // The count is of the messages up to that one.
    const part = new TranscriptSizes(messages).of(noCompaction, 6).tokens;
    expect(isCompacted(4 * tokens, 2 * part, 5)).toBe(false);
    expect(isCompacted(3 * tokens, 2 * part, 5)).toBe(true);
    // Counted before thinking was left out of these messages.
    const current = { fold: 0, elide: 0, unthink: 10 };
    expect(isCompacted(2 * tokens, 4 * tokens, 9, current)).toBe(false);
    expect(isCompacted(2 * tokens, 4 * tokens, 10, current)).toBe(true);
  });

  it('by our own count, where Claude has counted less than 2,000 tokens', () => {
    const isCompacted = (counted: number) => {
      const of = (chars: number) => [
        message('a', 'user', text('y'.repeat(chars))),
        message('b', 'user', result(9_000)),
      ];
      const around = new TranscriptSizes(of(0)).of(noCompaction, 1).bytes;
      const given = of(counted * 3 - around);
      return planCompaction(given, 10_000, noCompaction, { tokens: 2 * counted, through: 0 }) !== noCompaction;
    };
    expect(isCompacted(1_999)).toBe(false);
    expect(isCompacted(2_000)).toBe(true);
  });

  it('leaves thinking out of the first messages for good', () => {
    expect(withoutThinking({ fold: 1, elide: 2, unthink: 3 }, 5)).toEqual({ fold: 1, elide: 2, unthink: 5 });
    expect(withoutThinking({ fold: 1, elide: 2, unthink: 7 }, 5)).toEqual({ fold: 1, elide: 2, unthink: 7 });
  });
});
