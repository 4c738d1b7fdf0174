import { expect, it } from 'vitest';
import { systemPrompt } from '../../src/agent/system-prompt.ts';
import { offeredTools } from '../../src/agent/tool-definitions.ts';
import { shelf } from '../../src/preview/library-shelf.ts';

it('names every package of the shelf with its version', () => {
  const prompt = systemPrompt(shelf);
  for (const [name, version] of Object.entries(shelf.packages)) expect(prompt).toContain(`- ${name} ${version}`);
  for (const specifier of Object.keys(shelf.modules)) expect(prompt).toContain(specifier);
  expect(prompt).not.toMatch(/undefined|\[object/);
  expect(prompt.length).toBeLessThan(12_000);
});

it('speaks of a shell only where there is one, and offers it only there', () => {
  expect(systemPrompt(shelf)).not.toContain('bash');
  expect(systemPrompt(shelf, true)).toContain('bash');
  expect(JSON.stringify(offeredTools(false))).not.toContain('bash');
  expect(JSON.stringify(offeredTools(true))).toContain('bash');
});
