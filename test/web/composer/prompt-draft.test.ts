import { signal } from '@preact/signals';
import { expect, it } from 'vitest';
import { commandsFor } from '../../../web/composer/commands.ts';
import { persistDraft, readDraft } from '../../../web/composer/prompt-draft.ts';

function memory() {
  const kept = new Map<string, string>();
  return {
    kept,
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  };
}

it('keeps a draft for each place, and forgets it once it is sent', () => {
  const store = memory();
  const text = signal('');
  const end = persistDraft(text, 'one', store);
  text.value = 'Half a sen';
  expect(readDraft('one', store)).toBe('Half a sen');
  expect(readDraft('two', store)).toBe('');
  text.value = '';
  expect(store.kept.size).toBe(0);
  end();
  text.value = 'Not kept';
  expect(readDraft('one', store)).toBe('');
});

it('lives without a store, and with one that refuses', () => {
  const text = signal('');
  persistDraft(text, 'one', null);
  const full = {
    ...memory(),
    setItem: () => {
      throw new Error('full');
    },
  };
  persistDraft(text, 'one', full);
  text.value = 'x';
  expect(readDraft('one', null)).toBe('');
});

it('knows the commands by how they begin', () => {
  expect(commandsFor('/')).toEqual(['undo', 'redo', 'stop', 'model', 'ask', 'build', 'fresh', 'export']);
  expect(commandsFor('/U')).toEqual(['undo']);
  for (const text of ['', 'undo', '/x', '/undo now', 'a/', '/a/b']) expect(commandsFor(text)).toBeNull();
});
