import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RedrawEvent } from '../../../src/protocol/events.ts';
import { reduce, reduceAll } from '../../../web/project/reduce.ts';
import { changedSince } from '../../../web/project/revision-changes.ts';
import { emptyView, filesOf, type View } from '../../../web/project/view.ts';
import { anyDraft, compacted, logOf, numbered, plannedTurns } from './generated-log.ts';

/** Every turn, oldest first. */
const turnsOf = ({ earlier, turn }: View) => (turn ? [...earlier, turn] : earlier);

describe('the fold of an event log', () => {
  it('never throws, whatever comes in whatever order', () => {
    fc.assert(
      fc.property(fc.array(anyDraft, { maxLength: 60 }), (drafts) => {
        const view = reduceAll(numbered(drafts));
        expect(view.seq).toBe(drafts.length);
      }),
    );
  });

  it('is the same live, replayed, and resumed with an overlap at any point', () => {
    fc.assert(
      fc.property(plannedTurns, fc.nat(), fc.nat(), (turns, at, overlap) => {
        const log = logOf(turns);
        const cut = at % (log.length + 1);
        const again = Math.max(0, cut - (overlap % 10));
        const resumed = reduceAll(log.slice(again), reduceAll(log.slice(0, cut)));
        expect(resumed).toEqual(reduceAll(log));
      }),
    );
  });

  it('takes no event twice', () => {
    fc.assert(
      fc.property(plannedTurns, (turns) => {
        const log = logOf(turns);
        const doubled = log.flatMap((event) => [event, event]);
        expect(reduceAll(doubled)).toEqual(reduceAll(log));
        expect(reduceAll(log, reduceAll(log))).toEqual(reduceAll(log));
      }),
    );
  });

  it('ignores types that it does not know', () => {
    const strange = { seq: 1, type: 'from_the_future', data: { turn: 't' } } as unknown as RedrawEvent;
    expect(reduce(emptyView, strange)).toEqual({ ...emptyView, seq: 1 });
  });

  it('shows an ended turn as if the attempts that were taken back had never been', () => {
    fc.assert(
      fc.property(plannedTurns, (turns) => {
        expect(turnsOf(reduceAll(logOf(turns)))).toEqual(turnsOf(reduceAll(logOf(turns, false))));
      }),
    );
  });

  it('shows an ended turn the same from its compacted log', () => {
    fc.assert(
      fc.property(plannedTurns, (turns) => {
        const log = logOf(turns);
        const whole = reduceAll(log);
        const short = reduceAll(compacted(log));
        expect(turnsOf(short)).toEqual(turnsOf(whole));
        expect(filesOf(short)).toEqual(filesOf(whole));
        expect(short.versions).toEqual(whole.versions);
      }),
    );
  });

  it('does not change a view that it was given', () => {
    fc.assert(
      fc.property(plannedTurns, (turns) => {
        let view = emptyView;
        for (const event of logOf(turns)) {
          const before = structuredClone(view);
          const next = reduce(view, event);
          expect(view).toEqual(before);
          view = next;
        }
      }),
      { numRuns: 15 },
    );
  });
});

const started = (turn: string) =>
  ({ type: 'turn_started', data: { turn, prompt: 'p', model: 'm', payer: 'trial' } }) as const;
const text = (delta: string, step = 1) => ({ type: 'text', data: { turn: 't', step, delta } }) as const;

describe('a turn', () => {
  it('cuts a step off in the middle of a block', () => {
    const discard = { type: 'step_discarded', data: { turn: 't', step: 1, fromSeq: 4 } } as const;
    const view = reduceAll(numbered([started('t'), text('one '), text('two '), text('three'), discard, text('four')]));
    expect(view.turn?.steps[0]?.blocks[0]).toMatchObject({ kind: 'text', text: 'one two four' });
  });

  it('shows a file while it is written, and a line once it is', () => {
    const tool = { turn: 't', step: 1, id: 'c', name: 'edit' };
    const delta = (part: string) =>
      ({ type: 'file_delta', data: { turn: 't', step: 1, id: 'c', path: 'a.ts', delta: part } }) as const;
    const log = numbered([
      started('t'),
      delta('let '),
      delta('a;'),
      { type: 'tool', data: { ...tool, state: 'done', title: 'Wrote a.ts' } },
    ]);
    expect(reduceAll(log.slice(0, 3)).turn?.steps[0]?.blocks[0]).toMatchObject({
      state: 'writing',
      draft: { path: 'a.ts', text: 'let a;' },
    });
    expect(reduceAll(log).turn?.steps[0]?.blocks[0]).toMatchObject({ state: 'done', title: 'Wrote a.ts', draft: null });
  });

  it('forgets that it waits as soon as Claude speaks', () => {
    const retry = {
      type: 'api_retry',
      data: { httpStatus: null, errorType: null, attempt: 1, maxRetries: 10, retryDelayMs: 500 },
    } as const;
    expect(reduceAll(numbered([started('t'), retry])).turn?.retry).toMatchObject({ attempt: 1 });
    expect(reduceAll(numbered([started('t'), retry, text('x')])).turn?.retry).toBeNull();
  });

  it('leaves ended turns the same objects while another one grows', () => {
    const finished = { type: 'turn_finished', data: { turn: 't', state: 'completed', counted: true } } as const;
    const before = reduceAll(numbered([started('t'), text('x'), finished, started('u')]));
    const after = reduce(before, { seq: 5, type: 'text', data: { turn: 'u', step: 1, delta: 'y' } });
    expect(after.earlier).toBe(before.earlier);
    expect(after.turn?.steps[0]?.blocks[0]).toMatchObject({ text: 'y' });
  });

  it('keeps a refusal that came when nothing ran, until a turn starts', () => {
    const refused = {
      type: 'prompt_error',
      data: { code: 'sign_in_required', message: 'No.', retryable: false },
    } as const;
    expect(reduceAll(numbered([refused])).refusal).toMatchObject({ code: 'sign_in_required' });
    expect(reduceAll(numbered([refused, started('t')])).refusal).toBeNull();
  });
});

describe('what the preview is to load again', () => {
  const file = (path: string) =>
    ({ type: 'file', data: { turn: 't', path, change: 'written', bytes: 1, hash: 'h' } }) as const;
  const reload = (revision: number) => ({ type: 'preview', data: { revision, state: 'reload' } }) as const;

  it('is what changed between two revisions', () => {
    const view = reduceAll(numbered([file('a.css'), reload(1), file('b.css'), file('b.css'), reload(2), file('c.ts')]));
    expect(changedSince(view, 1)).toEqual(['b.css']);
    expect(changedSince(view, 0)).toEqual(['a.css', 'b.css']);
    expect(changedSince(view, 2)).toEqual([]);
    expect(view.preview.pending).toEqual(['c.ts']);
  });

  it('is everything where the log does not say', () => {
    const view = reduceAll(numbered([reload(5), file('a.css'), reload(6)]));
    expect(changedSince(view, 5)).toEqual(['a.css']);
    expect(changedSince(view, 4)).toBeNull();
    expect(changedSince(view, 2)).toBeNull();
  });
});
