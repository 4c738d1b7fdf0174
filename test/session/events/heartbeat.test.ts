import { afterEach, expect, it, vi } from 'vitest';
import { startSimulator } from '../../claude-simulator/simulator.ts';
import { NodeObject } from '../node-object.ts';

afterEach(() => {
  vi.useRealTimers();
});

it('writes a comment line every ten seconds while a turn runs, and none after it', async () => {
  const simulator = await startSimulator({ script: [{ gates: [{ before: 'headers', name: 'answer' }] }] });
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  const object = new NodeObject(':memory:', { ANTHROPIC_BASE_URL: simulator.url, ANTHROPIC_API_KEY: 'sk-test' });
  const request = { prompt: 'wait', model: null, attachments: [] };
  await object.runner.start(request, '127.0.0.1');
  await simulator.waiting('answer');

  const reader = object.context.streams.open(0, null).pipeThrough(new TextDecoderStream()).getReader();
  let read = '';
  const until = async (text: string): Promise<void> => {
    while (!read.includes(text)) {
      const { done, value } = await reader.read();
      if (done) throw new Error(`The stream ended before ${JSON.stringify(text)}: ${read}`);
      read += value;
    }
  };
  await until('event: turn_started');
  expect(read.startsWith('retry: 1000\n\n')).toBe(true);
  for (let beat = 0; beat < 3; beat++) {
    read = '';
    const line = until('\n\n');
    await vi.advanceTimersByTimeAsync(9_999);
    expect(read).toBe('');
    await vi.advanceTimersByTimeAsync(1);
    await line;
    expect(read).toMatch(/^:[^\n]*\n\n$/);
  }
  simulator.release('answer');
  await until('event: turn_finished');
  while (!(await reader.read()).done);
  await object.rest();
  await expect.poll(() => vi.getTimerCount()).toBe(0);
  await simulator.close();
});
