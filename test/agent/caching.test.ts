import { expect, it } from 'vitest';
import { runAgentLoop } from '../../src/agent/agent-loop.ts';
import { MemoryJournal } from '../support/memory-journal.ts';
import { useSimulator } from '../support/use-simulator.ts';
import { create, replace, turnInput } from './support.ts';

const simulator = await useSimulator();

it('sends requests of which each begins with the bytes of the one before, over steps and turns', async () => {
  simulator.script([
    { content: [{ type: 'thinking', thinking: 'Hm 😀' }, 'Writing.', create('a.txt', 'one "é"\n')] },
    { content: [replace('a.txt', 'nothing', 'x'), create('b.txt', 'two')] },
    { content: ['Done.'] },
    { content: [replace('a.txt', 'one', 'three')] },
    { content: ['Changed.'] },
  ]);
  const first = turnInput(simulator, { prompt: 'Build it.' });
  expect((await runAgentLoop(first)).state).toBe('completed');
  const messages = [...first.journal.rows.messages, { role: 'user' as const, content: 'Now three.' }];
  const second = turnInput(simulator, { journal: new MemoryJournal('second', messages), workspace: first.workspace });
  expect((await runAgentLoop(second)).state).toBe('completed');

  const bodies = simulator.requests.map(({ rawBody }) => rawBody);
  expect(bodies).toHaveLength(5);
  for (const [index, body] of bodies.entries()) {
    expect(body.endsWith(']}')).toBe(true);
    expect(body.startsWith(bodies[index - 1]?.slice(0, -2) ?? '')).toBe(true);
  }
  const keys = Object.keys(simulator.requests[0]?.body ?? {});
  expect(keys.at(-1)).toBe('messages');
  expect(simulator.requests[0]?.body).toMatchObject({
    model: 'claude-haiku-5-5',
    stream: true,
    cache_control: { type: 'ephemeral' },
    system: [{ type: 'text', cache_control: { type: 'ephemeral' } }],
  });
});

it('shares the bytes before the messages between sessions', async () => {
  simulator.script([{ content: ['Done.'] }], { repeatLast: true });
  await runAgentLoop(turnInput(simulator, { prompt: 'A clock.' }));
  await runAgentLoop(turnInput(simulator, { prompt: 'A quiz.' }));
  const [a, b] = simulator.requests.map(({ rawBody }) => rawBody.slice(0, rawBody.indexOf('"messages":')));
  expect(a?.length).toBeGreaterThan(5_000);
  expect(a).toBe(b);
});

it('asks for fine-grained streaming of tool inputs, and for nothing else', async () => {
  simulator.script([{ content: ['Done.'] }]);
  await runAgentLoop(turnInput(simulator));
  expect(simulator.requests[0]?.headers['anthropic-beta']).toBe('fine-grained-tool-streaming-2025-05-14');
  expect(simulator.requests[0]?.headers.authorization).toBe('Bearer sk-test');
});
