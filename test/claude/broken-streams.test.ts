import { expect, it } from 'vitest';
import { type ClaudeRequest, createClaude } from '../../src/claude/claude-client.ts';
import { ClaudeError } from '../../src/claude/claude-error.ts';
import type { Answer } from '../claude-simulator/script.ts';
import { useSimulator } from '../support/use-simulator.ts';

const simulator = await useSimulator();

const request: ClaudeRequest = {
  model: 'claude-haiku-5-5',
  max_tokens: 100,
  stream: true,
  messages: [{ role: 'user', content: 'Hi' }],
};
const listener = { text() {}, thinking() {}, toolStart() {}, toolInput() {}, toolEnd() {} };

const answer: Answer = {
  content: [{ type: 'thinking', thinking: 'Hm.' }, 'One, two.', { type: 'tool_use', name: 'check_preview', input: {} }],
};

async function ask(rest: Answer) {
  const key = `sk-cut-${JSON.stringify(rest).replace(/\W/g, '')}`;
  simulator.script([{ ...answer, ...rest }], { key });
  const claude = createClaude({ credential: { kind: 'api_key', key }, baseUrl: simulator.url });
  const asked = claude.streamReply(request, { signal: new AbortController().signal, listener });
  const failure = await asked.then(
    () => null,
    (error: unknown) => error,
  );
  return { failure, sent: simulator.requests.find((one) => one.key === key)?.eventsSent ?? 0 };
}

it.each(['end', 'fin', 'reset'] as const)(
  'a stream that is cut before `message_stop` is no answer (%s)',
  async (cutMode) => {
    const whole = await ask({ waitMs: cutMode.length });
    expect(whole.failure).toBeNull();
    expect(whole.sent).toBeGreaterThan(12);
    for (let cut = 0; cut < whole.sent; cut++) {
      const { failure } = await ask({ cut, cutMode });
      expect(failure, `cut ${cut}`).toBeInstanceOf(ClaudeError);
      expect((failure as ClaudeError).failure).toMatchObject({ kind: 'broken' });
    }
  },
);

it('an error event at any place fails the request, also after the last word', async () => {
  const { sent } = await ask({ waitMs: 1 });
  for (let at = 0; at < sent; at++) {
    const { failure } = await ask({ streamError: { at } });
    expect((failure as ClaudeError).failure, `at ${at}`).toMatchObject({
      kind: 'stream_error',
      errorType: 'overloaded_error',
    });
  }
});
