import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DeltaDraft, RedrawEvent } from '../../../src/protocol/events.ts';
import { reduce, reduceAll } from '../../../web/project/reduce.ts';
import { changesBetween } from '../../../web/project/revision-changes.ts';
import { emptyView, filesOf, type Turn, type View } from '../../../web/project/view.ts';
import { longRun } from '../../support/long-run.ts';
import { anyEvents, compacted, numbered, plannedTurns, traceOf, withoutDiscarded } from './generated-log.ts';
import type { SessionTrace, StoredEvent } from './session-trace.ts';

/** Every turn, oldest first. */
const turnsOf = ({ earlier, turn }: View) => (turn ? [...earlier, turn] : earlier);

/** What an uncut reader shows after each moment; the first is the empty view. */
function viewsOf({ moments }: SessionTrace): View[] {
  const views = [emptyView];
  for (const { event } of moments)
    views.push(event ? reduce(views.at(-1) ?? emptyView, event) : (views.at(-1) ?? emptyView));
  return views;
}

/** Whether readers show the same after so many moments: not where one may still show what was lost with an object. */
const isSettled = ({ moments }: SessionTrace, position: number) => moments[position - 1]?.isSettled ?? true;

/** What Claude said in a turn, and what its commands printed, as the log has it. */
function saidInLog(log: readonly StoredEvent[], id: string) {
  const said = { text: '', output: '' };
  for (const { type, data } of withoutDiscarded(log)) {
    if ((type === 'text' || type === 'thinking') && data.turn === id) said.text += data.delta;
    if (type === 'tool_output' && data.turn === id) said.output += data.delta;
  }
  return said;
}

function saidIn({ steps }: Turn) {
  const said = { text: '', output: '' };
  for (const block of steps.flatMap(({ blocks }) => blocks)) {
    if (block.kind === 'tool') said.output += block.output.text;
    else said.text += block.text;
  }
  return said;
}

describe('the fold of an event log', () => {
  it('never throws, whatever comes in whatever order', () => {
    fc.assert(
      fc.property(anyEvents, (events) => {
        expect(reduceAll(events).seq).toBe(events.findLast(({ seq }) => seq !== null)?.seq ?? 0);
      }),
      longRun(100),
    );
  });

  it('is the same live and replayed', () => {
    fc.assert(
      fc.property(plannedTurns, (turns) => {
        const trace = traceOf(turns);
        expect(viewsOf(trace).at(-1)).toEqual(reduceAll(trace.log));
      }),
      longRun(100),
    );
  });

  it('has all that was said once, whatever was lost in flight', () => {
    fc.assert(
      fc.property(plannedTurns, (turns) => {
        const trace = traceOf(turns);
        for (const turn of turnsOf(viewsOf(trace).at(-1) ?? emptyView)) {
          expect(saidIn(turn)).toEqual(saidInLog(trace.log, turn.id));
        }
      }),
      longRun(100),
    );
  });

  it('shows the same in two tabs from any moment on at which one of them is opened', () => {
    fc.assert(
      fc.property(plannedTurns, (turns) => {
        const trace = traceOf(turns);
        for (const [position, view] of viewsOf(trace).entries()) {
          if (isSettled(trace, position)) expect(reduceAll(trace.since(0, position))).toEqual(view);
        }
      }),
      longRun(25),
    );
  });

  it('shows the same at each moment, however often and however long a tab was away', () => {
    const visit = fc.record({ away: fc.nat(8), stays: fc.integer({ min: 1, max: 8 }) });
    fc.assert(
      fc.property(plannedTurns, fc.array(visit, { maxLength: 12 }), (turns, visits) => {
        const trace = traceOf(turns);
        const uncut = viewsOf(trace);
        let view = emptyView;
        let position = 0;
        for (const { away, stays } of [...visits, { away: 0, stays: uncut.length }]) {
          position = Math.min(position + away, trace.moments.length);
          view = reduceAll(trace.since(view.seq, position), view);
          for (const { event } of trace.moments.slice(position, position + stays)) {
            if (isSettled(trace, position)) expect(view).toEqual(uncut[position]);
            if (event) view = reduce(view, event);
            position++;
          }
        }
        expect(view).toEqual(uncut.at(-1));
      }),
      longRun(50),
    );
  });

  it('takes no event twice', () => {
    fc.assert(
      fc.property(plannedTurns, (turns) => {
        const events = traceOf(turns).moments.flatMap(({ event }) => event ?? []);
        const whole = reduceAll(events);
        expect(reduceAll(events.flatMap((event) => [event, event]))).toEqual(whole);
        expect(reduceAll(events, whole)).toBe(whole);
      }),
      longRun(100),
    );
  });

  it('ignores types that it does not know', () => {
    const strange = { seq: 1, type: 'from_the_future', data: { turn: 't' } } as unknown as RedrawEvent;
    expect(reduce(emptyView, strange)).toEqual({ ...emptyView, seq: 1 });
  });

  it('shows an ended turn as if the attempts that were taken back had never been', () => {
    fc.assert(
      fc.property(plannedTurns, (turns) => {
        expect(turnsOf(reduceAll(traceOf(turns).log))).toEqual(turnsOf(reduceAll(traceOf(turns, false).log)));
      }),
      longRun(100),
    );
  });

  it('shows an ended turn the same from its compacted log, whatever of it a tab has seen before', () => {
    fc.assert(
      fc.property(plannedTurns, fc.nat(), (turns, at) => {
        const trace = traceOf(turns);
        const views = viewsOf(trace);
        const whole = reduceAll(trace.log);
        const short = reduceAll(compacted(trace.log), views[at % views.length]);
        expect(turnsOf(short)).toEqual(turnsOf(whole));
        expect(filesOf(short)).toEqual(filesOf(whole));
        expect(short.versions).toEqual(whole.versions);
      }),
      longRun(100),
    );
  });

  it('does not change a view that it was given', () => {
    fc.assert(
      fc.property(plannedTurns, (turns) => {
        let view = emptyView;
        for (const { event } of traceOf(turns).moments) {
          if (!event) continue;
          const before = structuredClone(view);
          const next = reduce(view, event);
          expect(view).toEqual(before);
          view = next;
        }
      }),
      longRun(15),
    );
  });
});

const started = (turn: string) =>
  ({ type: 'turn_started', data: { turn, prompt: 'p', model: 'm', payer: 'trial' } }) as const;
const text = (delta: string, step = 1): DeltaDraft => ({ type: 'text', data: { turn: 't', step, delta } });
const opened = reduceAll(numbered([started('t')]));

describe('a turn', () => {
  it('shows a file while it is written, and a line once it is', () => {
    const tool = { turn: 't', step: 1, id: 'c', name: 'edit' };
    const delta = (part: string) =>
      ({ type: 'file_delta', data: { turn: 't', step: 1, id: 'c', path: 'a.ts', delta: part } }) as const;
    const log = numbered([
      started('t'),
      { type: 'tool', data: { ...tool, state: 'started', title: 'Write a.ts' } },
      delta('let '),
      delta('a;'),
      { type: 'tool', data: { ...tool, state: 'done', title: 'Wrote a.ts' } },
    ]);
    const gap: RedrawEvent = { seq: null, type: 'file_delta', data: { ...delta('b').data, block: 1, at: 9 } };
    expect(reduceAll([...log.slice(0, 2), gap])).toEqual(reduceAll(log.slice(0, 2)));
    expect(reduceAll(log.slice(0, 4)).turn?.steps[0]?.blocks[0]).toMatchObject({
      state: 'started',
      draft: { path: 'a.ts', text: 'let a;' },
    });
    expect(reduceAll(log).turn?.steps[0]?.blocks[0]).toMatchObject({ state: 'done', title: 'Wrote a.ts', draft: null });
  });

  it('shows what a command printed as the log has it, once it has ended', () => {
    const tool = { turn: 't', step: 1, id: 'c', name: 'bash', title: 'Run it' };
    const output = (seq: number | null, delta: string): RedrawEvent => ({
      ...{ seq, type: 'tool_output' },
      data: { turn: 't', step: 1, id: 'c', block: 1, at: 0, delta },
    });
    const running = reduceAll(
      [{ seq: 2, type: 'tool', data: { ...tool, state: 'started' } }, output(null, 'one two'), output(3, 'one ')],
      opened,
    );
    expect(running.turn?.steps[0]?.blocks[0]).toMatchObject({ output: { text: 'one two' } });
    const ended = reduce(running, { seq: 4, type: 'tool', data: { ...tool, state: 'done' } });
    expect(ended.turn?.steps[0]?.blocks[0]).toMatchObject({ output: { text: 'one ' } });
    expect(reduce(ended, output(null, 'one two'))).toEqual(ended);
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
    const after = reduce(before, { seq: 5, type: 'text', data: { turn: 'u', step: 1, block: 2, at: 0, delta: 'y' } });
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
    expect(changesBetween(view, 1, 2)).toEqual({ paths: ['b.css'], hot: false });
    expect(changesBetween(view, 0, 2)).toEqual({ paths: ['a.css', 'b.css'], hot: false });
    expect(view.preview.pending).toEqual(['c.ts']);
  });

  it('is everything while the log has not come as far as the project', () => {
    const view = reduceAll(numbered([file('a.css'), reload(1), file('b.css'), reload(2), file('c.css')]));
    for (const after of [1, 2]) expect(changesBetween(view, after, 3)).toBeNull();
  });

  it('is everything where the log does not say', () => {
    const view = reduceAll(numbered([reload(5), file('a.css'), reload(6)]));
    expect(changesBetween(view, 5, 6)).toEqual({ paths: ['a.css'], hot: false });
    expect(changesBetween(view, 4, 6)).toBeNull();
    expect(changesBetween(view, 2, 6)).toBeNull();
  });
});
