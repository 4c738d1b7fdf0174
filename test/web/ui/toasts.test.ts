import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Toasts } from '../../../web/ui/toasts.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const texts = (toasts: Toasts) => toasts.list.value.map(({ text }) => text);

test('a notice goes by itself, and tells that it has gone', () => {
  const toasts = new Toasts();
  const onGone = vi.fn();
  toasts.show('Deleted', { forMs: 5000, onGone });
  vi.advanceTimersByTime(4999);
  expect(texts(toasts)).toEqual(['Deleted']);
  vi.advanceTimersByTime(1);
  expect(texts(toasts)).toEqual([]);
  expect(onGone).toHaveBeenCalledOnce();
});

test('an action that is taken closes the notice, which then has not gone by itself', () => {
  const toasts = new Toasts();
  const onGone = vi.fn();
  const run = vi.fn();
  toasts.show('Deleted', { action: { label: 'Undo', run }, onGone });
  toasts.list.value[0]?.action?.run();
  vi.advanceTimersByTime(60_000);
  expect(run).toHaveBeenCalledOnce();
  expect(onGone).not.toHaveBeenCalled();
  expect(texts(toasts)).toEqual([]);
});

test('none goes while it is pointed at', () => {
  const toasts = new Toasts();
  toasts.show('Read me', { forMs: 1000 });
  toasts.hold(true);
  vi.advanceTimersByTime(30_000);
  expect(texts(toasts)).toEqual(['Read me']);
  toasts.hold(false);
  vi.advanceTimersByTime(1000);
  expect(texts(toasts)).toEqual([]);
});

test('the oldest makes room', () => {
  const toasts = new Toasts();
  const onGone = vi.fn();
  toasts.show('one', { onGone });
  for (const text of ['two', 'three', 'four']) toasts.show(text);
  expect(texts(toasts)).toEqual(['two', 'three', 'four']);
  expect(onGone).toHaveBeenCalledOnce();
});

test('what is said again stands once, for its whole time; what offers an action stands by itself', () => {
  const toasts = new Toasts();
  toasts.show('Changed elsewhere', { forMs: 1000 });
  vi.advanceTimersByTime(900);
  toasts.show('Changed elsewhere', { forMs: 1000 });
  expect(texts(toasts)).toEqual(['Changed elsewhere']);
  vi.advanceTimersByTime(900);
  expect(texts(toasts)).toEqual(['Changed elsewhere']);
  const action = { label: 'Undo', run: vi.fn() };
  toasts.show('Deleted', { action });
  toasts.show('Deleted', { action });
  expect(texts(toasts)).toEqual(['Changed elsewhere', 'Deleted', 'Deleted']);
});
