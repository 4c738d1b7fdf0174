import { describe, expect, it } from 'vitest';
import type { Draft, EventData, RedrawEvent } from '../../../src/protocol/events.ts';
import { reduce, reduceAll } from '../../../web/project/reduce.ts';
import { emptyView } from '../../../web/project/view.ts';
import { numbered } from './generated-log.ts';

const begun = (turn = 't', rest: Partial<EventData<'turn_started'>> = {}): Draft => ({
  type: 'turn_started',
  data: { turn, prompt: `Prompt ${turn}`, model: 'm', payer: 'trial', ...rest },
});
const ended = (turn = 't', rest: Partial<EventData<'turn_finished'>> = {}): Draft => ({
  type: 'turn_finished',
  data: { turn, state: 'completed', counted: true, ...rest },
});
const retry: Draft = {
  type: 'api_retry',
  data: { httpStatus: 529, errorType: 'overloaded_error', attempt: 1, maxRetries: 10, retryDelayMs: 500 },
};
const exhausted: Draft = {
  type: 'credit_exhausted',
  data: { message: 'Limit.', errorType: null, httpStatus: 429, resetsAt: 1, payer: 'connection' },
};
const failed: Draft = { type: 'prompt_error', data: { code: 'internal', message: 'No.', retryable: true } };
const chunk = { turn: 't', step: 1 };
const text = (delta: string, step = 1): Draft => ({ type: 'text', data: { turn: 't', step, delta } });
const thinking = (delta: string): Draft => ({ type: 'thinking', data: { ...chunk, delta } });
const tool = (id: string, state: 'started' | 'done' | 'failed', rest: Partial<EventData<'tool'>> = {}): Draft => ({
  type: 'tool',
  data: { ...chunk, id, name: 'edit', state, title: `${state} ${id}`, ...rest },
});
const output = (id: string, delta: string): Draft => ({ type: 'tool_output', data: { ...chunk, id, delta } });
const piece = (id: string, delta: string): Draft => ({
  type: 'file_delta',
  data: { ...chunk, id, path: 'a.ts', delta },
});
const file = (path: string, rest: Partial<EventData<'file'>> = {}): Draft => ({
  type: 'file',
  data: { turn: 't', path, change: 'written', bytes: 3, hash: 'h', ...rest },
});
const discarded = (step = 1): Draft => ({ type: 'step_discarded', data: { turn: 't', step, fromSeq: 1 } });
const version = (n: number): Draft => ({
  type: 'version',
  data: { version: n, parent: null, label: 'x', changed: ['a.ts'] },
});

const after = (...drafts: Draft[]) => reduceAll(numbered(drafts));
const turnAfter = (...drafts: Draft[]) => after(begun(), ...drafts).turn;
const blocksAfter = (...drafts: Draft[]) => turnAfter(...drafts)?.steps.flatMap(({ blocks }) => blocks);
/** Each block in one word. */
const shownAfter = (...drafts: Draft[]) =>
  turnAfter(...drafts)?.steps.map(({ step, blocks }) => [
    step,
    ...blocks.map((block) => (block.kind === 'tool' ? `${block.title}: ${block.output.text}` : block.text)),
  ]);

describe('the line of a repeated request', () => {
  it.each<[string, Draft]>([
    ['Claude speaks', text('x')],
    ['Claude thinks', thinking('x')],
    ['a tool starts', tool('a', 'started')],
    ['a tool ends', tool('a', 'done')],
    ['a command prints', output('a', 'x')],
    ['a file grows', piece('a', 'x')],
    ['the step begins anew', discarded()],
    ['the limit is reached', exhausted],
    ['the turn breaks', failed],
    ['the turn ends', ended()],
  ])('goes when %s', (_, draft) => {
    expect(turnAfter(retry)?.retry).toMatchObject({ attempt: 1, httpStatus: 529 });
    expect(turnAfter(retry, draft)?.retry).toBeNull();
  });

  it.each<[string, Draft]>([
    ['a file is stored', file('a.ts')],
    [
      'another turn’s tool starts',
      { ...tool('a', 'started'), data: { ...tool('a', 'started').data, turn: 'u' } } as Draft,
    ],
    ['the queue changes', { type: 'queued', data: { items: [] } }],
  ])('stays when %s', (_, draft) => {
    expect(turnAfter(retry, draft)?.retry).toMatchObject({ attempt: 1 });
  });
});

describe('a turn', () => {
  it('begins with what it was asked', () => {
    expect(turnAfter()).toEqual({
      id: 't',
      prompt: 'Prompt t',
      mode: 'build',
      attachments: [],
      model: 'm',
      payer: 'trial',
      state: 'running',
      counted: null,
      steps: [],
      retry: null,
      exhausted: null,
      error: null,
      pendingChanges: [],
      version: null,
      changed: [],
      receipt: null,
    });
    expect(after(begun('t', { attachments: ['a.png'] })).turn?.attachments).toEqual(['a.png']);
  });

  it('begins once, whether it is the newest or an earlier one', () => {
    const view = after(begun('t'), ended('t'), begun('u'), begun('u'), begun('t'));
    expect([view.earlier.map(({ id }) => id), view.turn?.id]).toEqual([['t'], 'u']);
  });

  it('ends as it ended, once, and takes nothing more', () => {
    const view = after(begun(), text('x'), ended('t', { state: 'stopped', counted: false }));
    expect(view.turn).toMatchObject({ state: 'stopped', counted: false });
    const late = [text('y'), tool('a', 'started'), retry, exhausted, ended(), discarded()];
    expect(
      reduceAll(numbered([begun(), text('x'), ended('t', { state: 'stopped', counted: false }), ...late])).turn,
    ).toEqual(view.turn);
  });

  it('is ended by its own end only', () => {
    expect(turnAfter(ended('u'))?.state).toBe('running');
  });

  it('has the limit, the error, the receipt and the version that it came to', () => {
    const receipt = { turn: 't', model: 'm', payer: 'trial', inputTokens: 1, outputTokens: 2, cacheReadTokens: 3 };
    const usage: Draft = { type: 'usage', data: { ...receipt, cacheWriteTokens: 4, usd: 0.1 } };
    expect(turnAfter(exhausted, failed, usage, version(3))).toMatchObject({
      exhausted: { message: 'Limit.', resetsAt: 1 },
      error: { code: 'internal' },
      receipt: { outputTokens: 2 },
      version: 3,
      changed: ['a.ts'],
    });
    // An error of a turn is no refusal of a prompt.
    expect(after(begun(), failed).refusal).toBeNull();
    expect(after(begun(), ended(), failed)).toMatchObject({ refusal: { code: 'internal' }, turn: { error: null } });
  });

  it('does not have a version that is made after it', () => {
    const view = after(begun(), version(1), ended(), version(2));
    expect(view.turn?.version).toBe(1);
    expect(view.versions.map(({ version: n }) => n)).toEqual([1, 2]);
  });
});

describe('a project', () => {
  it('has the newest of what is said once', () => {
    const limit = { status: 'allowed', extra: {} } as EventData<'rate_limit'>;
    const session = { session: 's', previewUrl: 'u', model: 'm', payer: 'trial', trial: null };
    const sandbox = { state: 'idle' as const, server: null };
    const items = [{ id: 'q', prompt: 'Next' }];
    expect(
      after(
        { type: 'session', data: session },
        { type: 'sandbox', data: sandbox },
        { type: 'rate_limit', data: limit },
        { type: 'queued', data: { items } },
        { type: 'title', data: { title: 'Timer' } },
      ),
    ).toEqual({ ...emptyView, seq: 5, session, sandbox, rateLimit: limit, queue: items, title: 'Timer' });
  });

  it('says how its preview is', () => {
    const preview = (revision: number, state: 'reload' | 'ready' | 'error', message?: string): Draft => ({
      type: 'preview',
      data: { revision, state, ...(message !== undefined && { message }) },
    });
    const changed = after(file('a.css'), preview(1, 'reload'), file('b.css'), preview(1, 'error', 'It broke.'));
    expect(changed.preview).toEqual({
      revision: 1,
      state: 'error',
      message: 'It broke.',
      changes: [{ revision: 1, paths: ['a.css'], hot: false }],
      pending: ['b.css'],
    });
    expect(after(file('a.css'), file('b.css'), file('a.css')).preview.pending).toEqual(['a.css', 'b.css']);
    expect(after(preview(2, 'error', 'It broke.'), preview(1, 'ready')).preview).toMatchObject({
      revision: 2,
      state: 'ready',
      message: null,
    });
  });
});

describe('what a turn says', () => {
  it('is one text as long as it is of one kind', () => {
    expect(blocksAfter(thinking('Hm'), thinking('.'), text('On'), text('e'), thinking('?'))).toMatchObject([
      { kind: 'thinking', text: 'Hm.' },
      { kind: 'text', text: 'One' },
      { kind: 'thinking', text: '?' },
    ]);
    expect(shownAfter(text('One'), tool('a', 'started'), text('Two'))).toEqual([[1, 'One', 'started a: ', 'Two']]);
  });

  it('stands in the order of its steps, in whatever order they come', () => {
    expect(shownAfter(text('three', 3), text('one', 1), text('two', 2), text('!', 1))).toEqual([
      [1, 'one!'],
      [2, 'two'],
      [3, 'three'],
    ]);
  });

  it('is taken back with its step, but for tools that have ended', () => {
    const drafts = [text('One'), tool('a', 'started'), tool('a', 'done'), tool('b', 'started'), text('Two', 2)];
    expect(shownAfter(...drafts, discarded(1))).toEqual([
      [1, 'done a: '],
      [2, 'Two'],
    ]);
    expect(shownAfter(...drafts, discarded(2))).toEqual([[1, 'One', 'done a: ', 'started b: ']]);
    expect(shownAfter(...drafts, discarded(3))).toHaveLength(2);
  });
});

describe('a tool', () => {
  it('stands at its place from its start to its end', () => {
    const detail = { detail: 'No such file.' };
    expect(blocksAfter(tool('a', 'started'), tool('b', 'started'), tool('a', 'failed', detail))).toMatchObject([
      { id: 'a', name: 'edit', state: 'failed', title: 'failed a', detail: 'No such file.', draft: null, files: [] },
      { id: 'b', state: 'started', detail: null },
    ]);
  });

  it('has what was printed and written for it, and keeps it when it starts again', () => {
    const running = [
      tool('a', 'started'),
      tool('b', 'started'),
      output('a', 'one '),
      piece('b', 'let'),
      output('a', 'two'),
    ];
    expect(blocksAfter(...running, tool('b', 'started', { title: 'Again' }))).toMatchObject([
      { id: 'a', output: { text: 'one two' }, draft: null },
      { id: 'b', output: { text: '' }, draft: { path: 'a.ts', text: 'let' }, title: 'Again' },
    ]);
    expect(blocksAfter(...running, tool('b', 'done'), tool('a', 'done'))).toMatchObject([
      { output: { text: 'one two', open: null }, draft: null },
      { output: { text: '', open: null }, draft: null },
    ]);
  });

  it('takes nothing after its end, and nothing of a tool that is not there', () => {
    expect(shownAfter(tool('a', 'started'), tool('a', 'done'), output('a', 'late'), output('x', 'lost'))).toEqual([
      [1, 'done a: '],
    ]);
    expect(turnAfter(output('x', 'lost'))?.steps).toEqual([]);
  });

  it('has the files that it changed, and no other’s', () => {
    const view = after(
      begun(),
      tool('a', 'started'),
      file('a.ts', { added: 2, removed: 1 }),
      file('b.ts', { change: 'deleted', bytes: 0 }),
      tool('b', 'started'),
      tool('a', 'done'),
      file('c.ts'),
      tool('b', 'done'),
      file('d.ts'),
    );
    const blocks = view.turn?.steps.flatMap(({ blocks: all }) => all);
    expect(blocks).toMatchObject([
      {
        files: [
          { path: 'a.ts', change: 'written', bytes: 3, added: 2, removed: 1 },
          { path: 'b.ts', change: 'deleted', bytes: 0, added: null, removed: null },
        ],
      },
      { files: [{ path: 'c.ts' }] },
    ]);
    expect(view.turn?.pendingChanges).toMatchObject([{ path: 'd.ts' }]);
    const end: RedrawEvent = { seq: view.seq + 1, ...ended() } as RedrawEvent;
    expect(reduce(view, end).turn?.pendingChanges).toEqual([]);
    const waiting = blocksAfter(file('a.ts'), tool('a', 'started'));
    expect(waiting).toMatchObject([{ state: 'started', files: [] }]);
    // A file that the visitor changes while nothing runs is nobody's.
    expect(after(begun(), ended(), file('a.ts')).turn?.pendingChanges).toEqual([]);
  });

  it('that was lost with its turn leaves no draft behind', () => {
    expect(blocksAfter(tool('a', 'started'), piece('a', 'let'), ended('t', { state: 'failed' }))).toMatchObject([
      { state: 'started', draft: null },
    ]);
  });
});
