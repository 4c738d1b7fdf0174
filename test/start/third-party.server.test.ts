import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { fetchOnce } from '../support/fetch-once.ts';
import { useRunning } from '../support/running-redraw.ts';

const running = useRunning();
const dist = join(import.meta.dirname, '../../dist');

/** The packages that built files are made of, by the lists of the builds. */
function bundled(): Set<string> {
  const lists = readdirSync(dist).filter((name) => name.endsWith('.modules.json'));
  expect(lists.sort()).toEqual(['sandbox', 'shelf', 'web', 'worker'].map((part) => `${part}.modules.json`));
  const modules = lists.flatMap((name): string[] => JSON.parse(readFileSync(join(dist, name), 'utf8')));
  return new Set(modules.flatMap((path) => /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []));
}

it('every package of the built files, and every font, is served with its version and its licence', async () => {
  const response = await fetchOnce(`${running.redraw.url}/_redraw/THIRD-PARTY.txt`);
  expect([response.status, response.headers.get('Content-Type')]).toEqual([200, 'text/plain; charset=utf-8']);
  expect(await response.text()).toContain('each under its own licence');
  // The file as it was built last: a server goes on with what there was at its start.
  const entries = new Map(
    [
      ...readFileSync(join(dist, 'assets/_redraw/THIRD-PARTY.txt'), 'utf8').matchAll(
        /^-{78}\n(\S+) (\S+) \((.+)\)\n-{78}\n\n([\s\S]*?)(?=^-{78}\n|$(?![\s\S]))/gm,
      ),
    ].map(([, name = '', version = '', license = '', text = '']) => [name, { version, license, text }]),
  );
  const names = [...bundled(), '@fontsource/klee-one', '@fontsource-variable/national-park'];
  expect(names.length).toBeGreaterThan(60);
  expect(names.filter((name) => !entries.has(name))).toEqual([]);
  for (const [name, { version, license, text }] of entries) {
    expect(version, name).toMatch(/^\d+\.\d+\.\d+/);
    expect(license, name).not.toBe('unknown');
    expect(text.length, name).toBeGreaterThan(200);
  }
});
