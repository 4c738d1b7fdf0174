import { expect, it } from 'vitest';
import { promptTitle } from '../../../web/project/prompt-title.ts';

it.each([
  ['A timer', 'A timer'],
  ['\n  A timer\nwith a bell\n', 'A timer'],
  ['', ''],
  ['x'.repeat(80), 'x'.repeat(80)],
  ['x'.repeat(81), `${'x'.repeat(79)}…`],
])('titles a project after the first line of its prompt: %j', (prompt, title) => {
  expect(promptTitle(prompt)).toBe(title);
});
