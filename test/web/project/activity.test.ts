import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Draft } from '../../../src/protocol/events.ts';
import { activityOf, isBusy } from '../../../web/project/activity.ts';
import { draftsOf } from '../../../web/project/live-drafts.ts';
import { reduceAll } from '../../../web/project/reduce.ts';
import { emptyView } from '../../../web/project/view.ts';
import { numbered } from './generated-log.ts';

const started: Draft = { type: 'turn_started', data: { turn: 't', prompt: 'p', model: 'm', payer: 'trial' } };
const finished: Draft = { type: 'turn_finished', data: { turn: 't', state: 'completed', counted: true } };
const retry: Draft = {
  type: 'api_retry',
  data: { httpStatus: 529, errorType: 'overloaded_error', attempt: 1, maxRetries: 10, retryDelayMs: 500 },
};
const text = (delta: string, step = 1): Draft => ({ type: 'text', data: { turn: 't', step, delta } });
const thinking: Draft = { type: 'thinking', data: { turn: 't', step: 1, delta: 'Hm.' } };
const tool = (id: string, state: 'started' | 'done' | 'failed', step = 1): Draft => ({
  type: 'tool',
  data: { turn: 't', step, id, name: 'edit', state, title: `Tool ${id}` },
});
const piece = (id: string, delta: string, path = `${id}.ts`, step = 1): Draft => ({
  type: 'file_delta',
  data: { turn: 't', step, id, path, delta },
});
const turnOf = (...drafts: Draft[]) => reduceAll(numbered([started, ...drafts])).turn;

afterEach(() => void vi.restoreAllMocks());

describe('what a turn is at', () => {
  it.each<[string, Draft[], object]>([
    ['nothing yet', [], { kind: 'waiting' }],
    ['thinking', [thinking], { kind: 'thinking' }],
    ['an answer', [thinking, text('Hello')], { kind: 'answering' }],
    ['a tool that runs', [text('Hello'), tool('a', 'started')], { kind: 'tool', title: 'Tool a' }],
    ['a file', [tool('a', 'started'), piece('a', 'let')], { kind: 'writing', path: 'a.ts' }],
    ['a file whose path is not known', [tool('a', 'started'), piece('a', 'l', '')], { kind: 'tool', title: 'Tool a' }],
    ['a tool that has ended', [tool('a', 'started'), tool('a', 'done')], { kind: 'waiting' }],
    ['a tool that has failed', [tool('a', 'started'), tool('a', 'failed')], { kind: 'waiting' }],
    [
      'the first of two tools that runs while the second has ended',
      [tool('a', 'started'), tool('b', 'started'), tool('b', 'done')],
      { kind: 'tool', title: 'Tool a' },
    ],
    [
      'the tool that still runs, between others that have ended',
      [text('Hello'), tool('a', 'done'), tool('b', 'started'), tool('c', 'done')],
      { kind: 'tool', title: 'Tool b' },
    ],
    [
      'the newest of two tools that run',
      [tool('a', 'started'), tool('b', 'started')],
      { kind: 'tool', title: 'Tool b' },
    ],
    [
      'a file that waits to be stored, while another tool has ended',
      [tool('a', 'started'), piece('a', 'let'), tool('b', 'started'), tool('b', 'done')],
      { kind: 'waiting' },
    ],
    ['the newest step only', [tool('a', 'started'), text('Next', 2)], { kind: 'answering' }],
    ['a repeated request', [text('Hello'), retry], { kind: 'retrying' }],
    ['no end of it', [text('Hello'), finished], { kind: 'idle' }],
  ])('is %s', (_, drafts, activity) => {
    expect(activityOf(turnOf(...drafts))).toEqual(activity);
  });

  it('is nothing without a turn', () => {
    expect(activityOf(null)).toEqual({ kind: 'idle' });
  });
});

describe('whether more will come by itself', () => {
  const now = 1_000_000;
  const queued = (...times: (number | undefined)[]) => ({
    ...emptyView,
    queue: times.map((notBefore, n) => ({ id: `${n}`, prompt: 'p', ...(notBefore !== undefined && { notBefore }) })),
  });

  it.each([
    ['nothing', emptyView, false],
    ['a turn that runs', reduceAll(numbered([started])), true],
    ['a turn that has ended', reduceAll(numbered([started, finished])), false],
    ['a prompt that is next', queued(undefined), true],
    ['a prompt whose time has come', queued(now), true],
    ['a prompt for later', queued(now + 1), false],
    ['a prompt for later before one that is due', queued(now + 1, now - 1), true],
  ])('%s', (_, view, busy) => {
    vi.spyOn(Date, 'now').mockReturnValue(now);
    expect(isBusy(view)).toBe(busy);
  });
});

describe('the files that are being written', () => {
  it('are those of the step that runs, and only the last is still written', () => {
    const drafts = draftsOf(
      turnOf(
        tool('old', 'started'),
        piece('old', 'x'),
        text('Next', 2),
        text('Two files', 3),
        tool('a', 'started', 3),
        piece('a', 'let a', 'a.ts', 3),
        tool('b', 'started', 3),
        piece('b', 'let b', 'b.ts', 3),
      ),
    );
    expect([...drafts].map(([path, draft]) => [path, draft.text, draft.isWriting])).toEqual([
      ['a.ts', 'let a', false],
      ['b.ts', 'let b', true],
    ]);
  });

  it.each<[string, Draft[]]>([
    ['without a draft', [tool('a', 'started')]],
    ['without a path', [tool('a', 'started'), piece('a', 'x', '')]],
    ['that are stored', [tool('a', 'started'), piece('a', 'x'), tool('a', 'done')]],
    ['that failed', [tool('a', 'started'), piece('a', 'x'), tool('a', 'failed')]],
    ['of a turn that has ended', [tool('a', 'started'), piece('a', 'x'), finished]],
    ['where Claude speaks', [text('Hello')]],
    ['of a turn that has said nothing yet', []],
  ])('are not those %s', (_, drafts) => {
    expect([...draftsOf(turnOf(...drafts)).keys()]).toEqual([]);
  });

  it('are none without a turn', () => {
    expect(draftsOf(null).size).toBe(0);
  });
});
