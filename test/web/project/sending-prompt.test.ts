import { describe, expect, it } from 'vitest';
import type { SendResult } from '../../../web/project/event-stream-client.ts';
import { SendingPrompt } from '../../../web/project/sending-prompt.ts';

/** A prompt on its way, and the page that shows turns. */
function setUp() {
  const page = { turn: null as string | null, isExpecting: true };
  const sending = new SendingPrompt(
    () => page.turn,
    () => page.isExpecting,
  );
  const answer = Promise.withResolvers<SendResult>();
  const run = (prompt: string | null = 'A timer') => sending.run(prompt, () => answer.promise);
  return { page, sending, answer, run };
}

describe('a prompt that is sent', () => {
  it('is shown until its turn is, in one change', async () => {
    const { page, sending, answer, run } = setUp();
    page.turn = 'before';
    const running = run();
    expect(sending.prompt.value).toBe('A timer');
    // Something else is drawn before the answer.
    sending.settle();
    answer.resolve({ kind: 'streaming' });
    await running;
    sending.settle(() => undefined);
    expect(sending.prompt.value).toBe('A timer');
    sending.settle(() => {
      page.turn = 'mine';
      expect(sending.prompt.value).toBe('A timer');
    });
    expect(sending.prompt.value).toBeNull();
  });

  it('is not shown for ever where no turn comes', async () => {
    const { page, sending, answer, run } = setUp();
    answer.resolve({ kind: 'streaming' });
    await run();
    page.isExpecting = false;
    sending.settle();
    expect(sending.prompt.value).toBeNull();
  });

  it('whose turn was shown before its answer came is shown no longer', async () => {
    const { page, sending, answer, run } = setUp();
    const running = run();
    page.turn = 'mine';
    sending.settle();
    expect(sending.prompt.value).toBe('A timer');
    answer.resolve({ kind: 'streaming' });
    await running;
    expect(sending.prompt.value).toBeNull();
  });

  it('is taken back where it was queued, or refused', async () => {
    const queued = setUp();
    queued.answer.resolve({ kind: 'queued', position: 1 });
    await queued.run();
    expect(queued.sending.prompt.value).toBeNull();
    const refused = setUp();
    refused.answer.reject(new Error('No.'));
    await expect(refused.run()).rejects.toThrow('No.');
    expect(refused.sending.prompt.value).toBeNull();
  });

  it('is not shown while a turn runs', async () => {
    const { sending, answer, run } = setUp();
    const running = run(null);
    expect(sending.prompt.value).toBeNull();
    answer.resolve({ kind: 'queued', position: 1 });
    await running;
    expect(sending.prompt.value).toBeNull();
  });

  it('is shown on while another is sent that is not', async () => {
    const { sending, answer, run } = setUp();
    const running = [run(), run(null)];
    expect(sending.prompt.value).toBe('A timer');
    answer.resolve({ kind: 'queued', position: 1 });
    await Promise.all(running);
    expect(sending.prompt.value).toBeNull();
  });
});
