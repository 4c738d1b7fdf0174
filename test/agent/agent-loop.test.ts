import { describe, expect, it, vi } from 'vitest';
import { runAgentLoop } from '../../src/agent/agent-loop.ts';
import { turnLimits } from '../../src/agent/turn-limits.ts';
import type { ToolCall } from '../../src/claude/model-reply.ts';
import { previewOf } from '../support/memory-journal.ts';
import { useSimulator } from '../support/use-simulator.ts';
import { contents } from '../workspace/make-workspace.ts';
import {
  checkPreview,
  create,
  eventsOf,
  replace,
  report,
  runScriptedTurn,
  transcriptOf,
  turnInput,
} from './support.ts';

const simulator = await useSimulator();

const app = 'export function App() {\n  return <h1>Grüße 😀 "hello"</h1>;\n}\n';

describe('a turn', () => {
  it('writes files, looks at the preview and says what it did', async () => {
    const preview = previewOf(report());
    const { outcome, journal, workspace } = await runScriptedTurn(
      simulator,
      [
        { content: ['I will build a timer.', create('/app/index.html', '<p>hi</p>'), create('/app/src/App.tsx', app)] },
        { content: [checkPreview] },
        { content: ['It counts.'] },
      ],
      { preview },
    );
    expect(outcome).toEqual({ state: 'completed', blameless: false });
    expect(contents(workspace)).toEqual({ 'index.html': '<p>hi</p>', 'src/App.tsx': app });
    expect(eventsOf(journal, 'file').map(({ path, change }) => [path, change])).toEqual([
      ['index.html', 'written'],
      ['src/App.tsx', 'written'],
    ]);
    expect(eventsOf(journal, 'tool').map(({ title, state }) => [title, state])).toEqual([
      ['Write index.html', 'started'],
      ['Write src/App.tsx', 'started'],
      ['Write index.html', 'done'],
      ['Write src/App.tsx', 'done'],
      ['Check the preview', 'started'],
      ['Check the preview: no problems', 'done'],
    ]);
    const text = eventsOf(journal, 'text').filter(({ step }) => step === 1);
    expect(text.map(({ delta }) => delta).join('')).toBe('I will build a timer.');
    expect(preview.asked).toBe(1);
    expect(journal.settled).toBe(1);
    expect(eventsOf(journal, 'prompt_error')).toEqual([]);
  });

  it.each([1, 7, 0])('streams a file while it is written, in pieces of %i characters', async (toolChunkSize) => {
    const { journal } = await runScriptedTurn(simulator, [
      { content: [create('/app/src/App.tsx', app)], toolChunkSize },
      { content: ['Done.'] },
    ]);
    const deltas = eventsOf(journal, 'file_delta');
    expect(deltas.map(({ delta }) => delta).join('')).toBe(app);
    expect(new Set(deltas.map(({ path }) => path))).toEqual(new Set(['src/App.tsx']));
    const types = journal.events.map(({ type }) => type);
    expect(types.indexOf('tool')).toBeLessThan(types.indexOf('file_delta'));
    expect(types.lastIndexOf('file_delta')).toBeLessThan(types.indexOf('file'));
  });

  it('streams a file whose path comes after its text', async () => {
    const block = {
      type: 'tool_use' as const,
      name: 'str_replace_based_edit_tool',
      input: { file_text: app, path: 'src/App.tsx', command: 'create' },
    };
    const { journal } = await runScriptedTurn(simulator, [
      { content: [block], toolChunkSize: 5 },
      { content: ['Done.'] },
    ]);
    expect(
      eventsOf(journal, 'file_delta')
        .map(({ delta }) => delta)
        .join(''),
    ).toBe(app);
    expect(eventsOf(journal, 'tool').map(({ state, title }) => [state, title])).toEqual([
      ['started', 'Write src/App.tsx'],
      ['done', 'Write src/App.tsx'],
    ]);
  });

  it('tells Claude what a tool could not do, and goes on', async () => {
    const { outcome, journal } = await runScriptedTurn(simulator, [
      { content: [replace('/app/src/App.tsx', 'a', 'b')] },
      { content: ['There is no such file.'] },
    ]);
    expect(outcome.state).toBe('completed');
    expect(transcriptOf(journal)[2]).toMatchObject({
      role: 'user',
      content: [{ type: 'tool_result', is_error: true }],
    });
    expect(eventsOf(journal, 'tool').at(-1)?.state).toBe('failed');
  });

  it('sends thinking on, and gives it back to Claude as it was', async () => {
    const { journal } = await runScriptedTurn(simulator, [
      { content: [{ type: 'thinking', thinking: 'A timer counts.' }, create('a.txt', 'a')] },
      { content: ['Done.'] },
    ]);
    expect(
      eventsOf(journal, 'thinking')
        .map(({ delta }) => delta)
        .join(''),
    ).toBe('A timer counts.');
    const sent = simulator.requests[1]?.body?.messages[1]?.content;
    expect(sent).toMatchObject([{ type: 'thinking', thinking: 'A timer counts.' }, { type: 'tool_use' }]);
  });
});

describe('a shell', () => {
  const command = { type: 'tool_use' as const, name: 'bash', input: { command: 'ls' } };

  it('is offered and used where there is one', async () => {
    const ran: unknown[] = [];
    const shell = {
      run: async ({ input }: ToolCall, tell: (output: string) => void) => {
        ran.push(input);
        tell('index.html');
        return () => ({ text: 'index.html', isError: false, changes: [], fields: {} });
      },
    };
    const { journal } = await runScriptedTurn(simulator, [{ content: [command] }, { content: ['Done.'] }], { shell });
    expect(ran).toEqual([{ command: 'ls' }]);
    expect(eventsOf(journal, 'tool').map(({ title, state }) => [title, state])).toEqual([
      ['Run ls', 'started'],
      ['Run ls', 'done'],
    ]);
    expect(eventsOf(journal, 'tool_output').map(({ delta }) => delta)).toEqual(['index.html']);
    expect(simulator.requests[0]?.rawBody).toContain('"bash_20250124"');
  });

  it('is not to be had where there is none', async () => {
    const { journal } = await runScriptedTurn(simulator, [{ content: [command] }, { content: ['Done.'] }]);
    expect(eventsOf(journal, 'tool').at(-1)?.state).toBe('failed');
    expect(simulator.requests[0]?.rawBody).not.toContain('"bash_20250124"');
  });
});

describe('Stop', () => {
  it('aborts the request to Claude at once', async () => {
    const stop = new AbortController();
    simulator.script([{ content: ['A long story.'], gates: [{ before: 4, name: 'pause' }] }]);
    const input = turnInput(simulator, { signal: stop.signal });
    const running = runAgentLoop(input);
    await simulator.waiting('pause');
    stop.abort();
    expect(await running).toEqual({ state: 'stopped', blameless: false });
    await simulator.requests[0]?.aborted;
    expect(eventsOf(input.journal, 'prompt_error')).toEqual([]);
  });

  it('ends a wait between two attempts', async () => {
    const stop = new AbortController();
    simulator.script([{ error: { type: 'overloaded_error' } }], { repeatLast: true });
    const input = turnInput(simulator, {
      signal: stop.signal,
      clock: { now: Date.now, random: () => 0, after: () => () => {} },
    });
    const emit = input.journal.emit.bind(input.journal);
    input.journal.emit = (draft) => {
      emit(draft);
      if (draft.type === 'api_retry') stop.abort();
    };
    expect((await runAgentLoop(input)).state).toBe('stopped');
    expect(simulator.requests).toHaveLength(1);
  });

  it('leaves a transcript that Claude accepts', async () => {
    const stop = new AbortController();
    simulator.script([{ content: [create('a.txt', 'a'), create('b.txt', 'b')] }, { content: ['Understood.'] }]);
    const input = turnInput(simulator, { signal: stop.signal });
    input.journal.onStored = (what) => {
      if (what.startsWith('result')) stop.abort();
    };
    expect((await runAgentLoop(input)).state).toBe('stopped');
    expect(contents(input.workspace)).toEqual({ 'a.txt': 'a' });
    expect(input.journal.position().pending).toEqual([]);
    const next = turnInput(simulator, { journal: input.journal });
    input.journal.rows.messages.push({ role: 'user', content: 'Go on.' });
    expect((await runAgentLoop(next)).state).toBe('completed');
  });
});

describe('stop reasons', () => {
  it('asks for the rest of a text that was cut off, and gives up after a while', async () => {
    const { outcome, journal } = await runScriptedTurn(simulator, [
      { content: ['One'], stopReason: 'max_tokens' },
      { content: ['two'] },
    ]);
    expect(outcome.state).toBe('completed');
    expect(transcriptOf(journal)).toHaveLength(4);

    simulator.reset();
    simulator.script([{ content: ['More'], stopReason: 'max_tokens' }], { repeatLast: true });
    const input = turnInput(simulator);
    expect(await runAgentLoop(input)).toEqual({ state: 'failed', blameless: false });
    expect(simulator.requests).toHaveLength(1 + turnLimits.continues);
    expect(eventsOf(input.journal, 'prompt_error')[0]?.code).toBe('output_limit');
  });

  it('runs no tool whose input was cut off', async () => {
    const { outcome, workspace, journal } = await runScriptedTurn(simulator, [
      { content: [create('a.txt', 'a'), create('b.txt', 'b')], stopReason: 'max_tokens' },
      { content: ['Done.'] },
    ]);
    expect(outcome.state).toBe('completed');
    expect(contents(workspace)).toEqual({ 'a.txt': 'a' });
    expect(JSON.stringify(transcriptOf(journal)[2])).toContain('cut off at the limit');
  });

  it('does nothing of a refused reply', async () => {
    const { workspace, journal } = await runScriptedTurn(simulator, [
      { content: ['I cannot', create('a.txt', 'a')], stopReason: 'refusal' },
    ]);
    expect(contents(workspace)).toEqual({});
    expect(eventsOf(journal, 'tool').map(({ state }) => state)).toEqual(['started', 'failed']);
    expect(eventsOf(journal, 'file')).toEqual([]);
  });

  it.each([['stop_sequence'], ['compaction'], ['something_new']])(
    'does what a reply says that ends with %s',
    async (stopReason) => {
      const answers = [
        { content: [create('a.txt', 'a')], stopReason },
        { content: ['Done.'], stopReason },
      ];
      const { outcome, workspace } = await runScriptedTurn(simulator, answers);
      expect(outcome.state).toBe('completed');
      expect(contents(workspace)).toEqual({ 'a.txt': 'a' });
    },
  );

  it.each([
    ['refusal', 'refused', true],
    ['model_context_window_exceeded', 'context_full', true],
  ])('ends at %s', async (stopReason, code, blameless) => {
    const { outcome, journal } = await runScriptedTurn(simulator, [{ content: [], stopReason }]);
    expect(outcome).toMatchObject({ state: 'failed', blameless });
    expect(eventsOf(journal, 'prompt_error')[0]?.code).toBe(code);
  });
});

describe('tool calls that the API would not take back', () => {
  const call = (id: string, name: string) => ({ type: 'tool_use', id, name, input: {} }) as const;

  it.each(['n'.repeat(201), 'check preview', 'check.preview', ''])(
    'are unknown tools by a name of ours: %j',
    async (name) => {
      const { outcome, journal } = await runScriptedTurn(simulator, [
        { content: [call('a', name)] },
        { content: ['Done.'] },
      ]);
      expect(outcome.state).toBe('completed');
      expect(eventsOf(journal, 'tool').at(-1)).toMatchObject({
        state: 'failed',
        name: expect.stringMatching(/^unknown_tool_/),
      });
      expect(JSON.stringify(transcriptOf(journal)[2])).toContain('There is no tool');
    },
  );

  it('have ids of ours, in events and results alike, each with its own result', async () => {
    const { outcome, journal } = await runScriptedTurn(simulator, [
      { content: [call('functions.edit:0', 'odd_a'), call('b', 'odd_b'), call('b', 'odd_c'), call('', 'odd_d')] },
      { content: [call('b', 'odd_e')] },
      { content: ['Done.'] },
    ]);
    expect(outcome.state).toBe('completed');
    const ended = eventsOf(journal, 'tool').filter(({ state }) => state === 'failed');
    expect(ended.map(({ name }) => name)).toEqual(['odd_a', 'odd_b', 'odd_c', 'odd_d', 'odd_e']);
    const started = eventsOf(journal, 'tool').filter(({ state }) => state === 'started');
    expect(started.map(({ id }) => id)).toEqual(ended.map(({ id }) => id));
    for (const { id } of ended) expect(id).toMatch(/^[a-zA-Z0-9_-]+$/);
    expect(new Set(ended.slice(0, 4).map(({ id }) => id)).size).toBe(4);
  });
});

describe('limits', () => {
  it('ends after so many steps', async () => {
    let n = 0;
    simulator.script(() => ({ content: [create(`f${++n}.txt`, 'x')] }));
    const input = turnInput(simulator, { limits: { ...turnLimits, steps: 3 } });
    expect(await runAgentLoop(input)).toEqual({ state: 'failed', blameless: false });
    expect(simulator.requests).toHaveLength(3);
    expect(eventsOf(input.journal, 'prompt_error')[0]).toMatchObject({ code: 'turn_limit' });
  });

  it('ends after so much time, in the middle of a reply', async () => {
    simulator.script([{ content: ['A long story.'], gates: [{ before: 4, name: 'pause' }] }]);
    let expire = () => {};
    const clock = {
      now: Date.now,
      random: () => 0,
      after: (_ms: number, fn: () => void) => {
        expire = fn;
        return () => {};
      },
    };
    const input = turnInput(simulator, { clock });
    const running = runAgentLoop(input);
    await simulator.waiting('pause');
    expire();
    expect(await running).toEqual({ state: 'failed', blameless: false });
    expect(eventsOf(input.journal, 'prompt_error')[0]).toMatchObject({ code: 'turn_limit' });
  });
});

describe('what goes wrong on our side', () => {
  it('ends the turn with a sentence and is not charged', async () => {
    simulator.script([{ content: [create('a.txt', 'a')] }]);
    const input = turnInput(simulator);
    const log = vi.spyOn(console, 'error').mockImplementation(() => {});
    input.journal.storeReply = () => {
      throw new Error('disk full: sk-ant-secret');
    };
    expect(await runAgentLoop(input)).toEqual({ state: 'failed', blameless: true });
    const error = eventsOf(input.journal, 'prompt_error')[0];
    expect(error?.code).toBe('internal');
    expect(error?.message).not.toContain('disk');
    expect(log.mock.calls.flat().join()).toMatch(/disk full: sk-ant-….*agent-loop\.test\.ts/);
    log.mockRestore();
  });
});
