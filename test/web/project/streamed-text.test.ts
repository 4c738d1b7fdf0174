import { describe, expect, it } from 'vitest';
import type { DeltaDraft, RedrawEvent } from '../../../src/protocol/events.ts';
import { reduce, reduceAll } from '../../../web/project/reduce.ts';
import { appendChunk, emptyText } from '../../../web/project/streamed-text.ts';
import { numbered } from './generated-log.ts';

const started = { type: 'turn_started', data: { turn: 't', prompt: 'p', model: 'm', payer: 'trial' } } as const;

/** A chunk of the text of turn `t`, in flight where `seq` is null. */
const chunk = (seq: number | null, block: number, at: number, delta: string): RedrawEvent => ({
  seq,
  type: 'text',
  data: { turn: 't', step: 1, block, at, delta },
});
const opened = reduceAll(numbered([started]));
const shown = (events: readonly RedrawEvent[]) =>
  reduceAll(events, opened).turn?.steps.flatMap(({ blocks }) =>
    blocks.map((block) => block.kind === 'tool' || block.text),
  );

describe('text in flight', () => {
  it('is shown at once, and moves no place in the log', () => {
    const view = reduce(opened, chunk(null, 1, 0, 'Hel'));
    expect(view.seq).toBe(1);
    expect(shown([chunk(null, 1, 0, 'Hel'), chunk(null, 1, 3, 'lo')])).toEqual(['Hello']);
  });

  it('is not said again by what is stored of it, nor by a stream that sends it once more', () => {
    const live = [
      chunk(null, 1, 0, 'Hel'),
      chunk(null, 1, 3, 'lo'),
      chunk(2, 1, 0, 'Hell'),
      chunk(null, 1, 0, 'Hello, y'),
    ];
    expect(shown(live)).toEqual(['Hello, y']);
    expect(shown([...live, chunk(3, 1, 4, 'o, you')])).toEqual(['Hello, you']);
    // A chunk of an earlier block is late, whatever stands after it.
    const next = [chunk(3, 1, 4, 'o, you'), chunk(null, 2, 0, '!'), chunk(null, 1, 0, 'Hello')];
    expect(shown([...live, ...next])).toEqual(['Hello, you!']);
    const tool: RedrawEvent = {
      ...{ seq: 4, type: 'tool' },
      data: { turn: 't', step: 1, id: 'c', name: 'bash', title: 'Run it', state: 'started' },
    };
    expect(shown([...live, tool, ...next.slice(2)])).toEqual(['Hello, y', true]);
  });

  it('leaves the same text where it brings nothing: it is not drawn again', () => {
    const text = appendChunk(emptyText, 2, { block: 1, at: 0, delta: 'Hello' });
    for (const [at, delta] of [
      [0, 'Hello'],
      [0, 'Hel'],
      [3, 'lo'],
      [9, '!'],
    ] as const) {
      expect(appendChunk(text, null, { block: 1, at, delta })).toBe(text);
    }
    expect(appendChunk(text, null, { block: 1, at: 3, delta: 'lo!' }).text).toBe('Hello!');
  });

  it('waits for the log where something before it is missing', () => {
    expect(shown([chunk(null, 1, 3, 'lo')])).toEqual([]);
    expect(shown([chunk(null, 1, 0, 'H'), chunk(null, 1, 3, 'lo'), chunk(2, 1, 0, 'Hello')])).toEqual(['Hello']);
  });

  it('goes on after a gap that the log itself has', () => {
    const damaged = [chunk(2, 1, 0, 'one '), chunk(3, 1, 8, 'three '), chunk(null, 1, 14, 'four')];
    expect(shown(damaged)).toEqual(['one three four']);
    expect(shown([...damaged, chunk(4, 1, 14, 'four')])).toEqual(['one three four']);
  });

  it('is one text over blocks that follow each other', () => {
    expect(
      shown([chunk(null, 1, 0, 'Hel'), chunk(2, 1, 0, 'Hel'), chunk(null, 2, 0, 'lo'), chunk(3, 2, 0, 'lo')]),
    ).toEqual(['Hello']);
  });

  it('is gone with its step, stored or not, and at the end of the turn where it was never stored', () => {
    const discard: RedrawEvent = { seq: 3, type: 'step_discarded', data: { turn: 't', step: 1, fromSeq: 2 } };
    const live = [chunk(null, 1, 0, 'one two'), chunk(2, 1, 0, 'one ')];
    expect(reduceAll([...live, discard], opened).turn).toEqual(opened.turn);
    expect(shown([...live, discard, chunk(null, 2, 0, 'three')])).toEqual(['three']);
    const end: RedrawEvent = { seq: 3, type: 'turn_finished', data: { turn: 't', state: 'failed', counted: false } };
    expect(shown([...live, end])).toEqual(['one ']);
  });
});

/** Properties of new objects in `after`: what a fold has copied. */
function copied(before: unknown, after: unknown): number {
  if (before === after || typeof after !== 'object' || after === null) return 0;
  let count = 0;
  for (const key of Object.keys(after)) count += 1 + copied(Object(before)[key], Reflect.get(after, key));
  return count;
}

const text = (step: number): DeltaDraft => ({ type: 'text', data: { turn: 't', step, delta: 'An answer.' } });

/** Counts the properties copied by a fold of so many chunks, and the characters of texts that were cut or searched. */
function workOf(chunks: number): { properties: number; characters: number } {
  const work = { properties: 0, characters: 0 };
  const methods = ['slice', 'substring', 'startsWith', 'endsWith', 'indexOf', 'includes'] as const;
  const originals = methods.map((name) => [name, String.prototype[name]] as const);
  const before = reduceAll(numbered([started, ...Array.from({ length: 5 }, (_, step) => text(step))]));
  for (const [name, original] of originals) {
    Object.assign(String.prototype, {
      [name](this: string, ...args: unknown[]) {
        work.characters += this.length;
        return Reflect.apply(original, this, args);
      },
    });
  }
  try {
    let view = before;
    for (let n = 0; n < chunks; n++) {
      const event = chunk(null, 100, n * 4, 'word');
      const next = reduce(view, event);
      work.properties += copied(view, next);
      view = next;
      if (n % 100 !== 99) continue;
      view = reduce(view, chunk(view.seq + 1, 100, (n - 99) * 4, 'word'.repeat(100)));
    }
    expect(view.turn?.steps[1]?.blocks[0]).toMatchObject({ open: { stored: chunks * 4 + 10 } });
  } finally {
    for (const [name, original] of originals) Object.assign(String.prototype, { [name]: original });
  }
  return work;
}

it('folds 100,000 chunks of one text in time in proportion to their number', () => {
  const few = workOf(1000);
  const many = workOf(100_000);
  expect(many.properties).toBeLessThanOrEqual(few.properties * 101);
  expect(many.characters).toBeLessThanOrEqual(few.characters * 101);
});
