import { expect, it } from 'vitest';
import { PromptRecall, withoutRepeats } from '../../../web/composer/prompt-recall.ts';

const prompts = ['one', 'two', 'three'];

it('goes back from an empty box, and forward to it again', () => {
  const recall = new PromptRecall();
  expect(recall.older(prompts, '')).toBe('three');
  expect(recall.older(prompts, 'three')).toBe('two');
  expect(recall.older(prompts, 'two')).toBe('one');
  expect(recall.older(prompts, 'one')).toBeNull();
  expect(recall.newer(prompts, 'one')).toBe('two');
  expect(recall.newer(prompts, 'two')).toBe('three');
  expect(recall.newer(prompts, 'three')).toBe('');
  expect(recall.newer(prompts, '')).toBeNull();
  expect(recall.older(prompts, '')).toBe('three');
});

it('leaves the arrow keys to a text that is being written', () => {
  const recall = new PromptRecall();
  expect(recall.older(prompts, 'mine')).toBeNull();
  recall.older(prompts, '');
  expect(recall.older(prompts, 'three, but changed')).toBeNull();
  expect(recall.newer(prompts, 'three, but changed')).toBeNull();
  expect(recall.older(prompts, '')).toBe('three');
});

it('has nothing to recall where nothing was said', () => {
  expect(new PromptRecall().older([], '')).toBeNull();
});

it('shows what was said twice in a row once', () => {
  expect(withoutRepeats(['a', 'a', 'b', 'a'])).toEqual(['a', 'b', 'a']);
});
