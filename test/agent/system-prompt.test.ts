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

it('tells Claude of the container only where there is one', () => {
  const [without, container] = [systemPrompt(shelf), systemPrompt(shelf, true)];
  expect(without).toContain('no build step to run, no terminal.\n');
  expect(container).toContain('no build step to run, no terminal but the container below.\n');
  expect(without).toContain('- There is no `npm install`.');
  expect(container).toContain('- Without the container there is no `npm install`.');
  expect(without).toContain('- An app that needs a server, an account,');
  expect(container).toContain('- An app that needs an account,');
  expect(without).toContain('No lorem ipsum, no "Feature one".\n\n# What you say\n');
  expect(container).toContain('No lorem ipsum, no "Feature one".\n\n# The container\n\n');
  expect(container).toContain('while you write.\n\n# What you say\n');
});

it('lists each package in a line, with its use and its other entry points', () => {
  const packages = { react: '19.3.1', 'react-dom': '19.3.1', 'chart.js': '5.0.0', lodash: '4.18.0' };
  const specifiers = ['react-dom/server', 'react', 'react/jsx-runtime', 'react-dom/client', 'reactive/x', 'chart.js'];
  const modules = Object.fromEntries(specifiers.map((specifier) => [specifier, specifier])) as never;
  expect(/nowhere else:\n(.*?)\n- There/s.exec(systemPrompt({ packages, modules }))?.[1]).toBe(
    [
      '  - react 19.3.1, also react/jsx-runtime',
      '  - react-dom 19.3.1 (createRoot from react-dom/client), also react-dom/client, react-dom/server',
      '  - chart.js 5.0.0 (charts; import from chart.js/auto)',
      '  - lodash 4.18.0',
    ].join('\n'),
  );
});
