import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { sendLatest } from '../../../web/project/send-latest.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Offers values to a receiver that answers when the test says so. */
function setUp(delayMs = 80) {
  const sent: unknown[] = [];
  const answers: PromiseWithResolvers<void>[] = [];
  const push = sendLatest((value: unknown) => {
    sent.push(value);
    const answer = Promise.withResolvers<void>();
    answers.push(answer);
    return answer.promise;
  }, delayMs);
  /** Answers the newest call, and lets pass what a value waits at the most. */
  const answer = async (error?: Error) => {
    if (error) answers.at(-1)?.reject(error);
    else answers.at(-1)?.resolve();
    await vi.advanceTimersByTimeAsync(delayMs);
  };
  return { sent, push, answer };
}

it('sends the last of several values, some time after the first', async () => {
  const { sent, push } = setUp();
  push('a');
  await vi.advanceTimersByTimeAsync(79);
  push('b');
  expect(sent).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(sent).toEqual(['b']);
});

it('has one call under way at a time, and sends the latest value once it has ended', async () => {
  const { sent, push, answer } = setUp();
  push('a');
  await vi.advanceTimersByTimeAsync(80);
  for (const value of ['b', 'c']) push(value);
  await vi.advanceTimersByTimeAsync(1000);
  expect(sent).toEqual(['a']);
  await answer();
  expect(sent).toEqual(['a', 'c']);
});

it('does not send a value that was sent last, whether it comes later or in between', async () => {
  const { sent, push, answer } = setUp();
  push({ revision: 1 });
  await vi.advanceTimersByTimeAsync(80);
  push({ revision: 1 });
  await answer();
  push({ revision: 1 });
  await vi.advanceTimersByTimeAsync(1000);
  expect(sent).toEqual([{ revision: 1 }]);
  push({ revision: 2 });
  await vi.advanceTimersByTimeAsync(80);
  await answer();
  push({ revision: 1 });
  await vi.advanceTimersByTimeAsync(80);
  expect(sent).toEqual([{ revision: 1 }, { revision: 2 }, { revision: 1 }]);
});

it('sends a value again that did not arrive, once it is offered again', async () => {
  const { sent, push, answer } = setUp();
  push('a');
  await vi.advanceTimersByTimeAsync(80);
  await answer();
  push('b');
  await vi.advanceTimersByTimeAsync(80);
  await answer(new Error('lost'));
  expect(sent).toEqual(['a', 'b']);
  push('b');
  await vi.advanceTimersByTimeAsync(80);
  expect(sent).toEqual(['a', 'b', 'b']);
  await answer(new Error('lost'));
  // Whether the lost value arrived is not known: the one before it is no longer the last.
  push('a');
  await vi.advanceTimersByTimeAsync(80);
  expect(sent).toEqual(['a', 'b', 'b', 'a']);
});

it('goes on after a failure with the value that came meanwhile', async () => {
  const { sent, push, answer } = setUp();
  push('a');
  await vi.advanceTimersByTimeAsync(80);
  push('b');
  await answer(new Error('lost'));
  expect(sent).toEqual(['a', 'b']);
});
