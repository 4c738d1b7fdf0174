import { readdirSync, readFileSync } from 'node:fs';
import { join, normalize } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');

/** The rooms of `src/`, floor by floor: a room imports from those before it on this list, and of its own floor only where it is said. */
const floors = [
  ['protocol', 'settings.ts'],
  ['claude', 'workspace', 'sandbox', 'preview', 'vault'],
  ['agent'],
  ['treasury', 'account', 'session'],
  ['routes'],
  ['worker.ts'],
];

/** Between the Durable Objects of one floor, in this direction only. */
const besides = new Set(['account → treasury', 'session → account', 'session → treasury']);

const floorOf = (room: string): number => floors.findIndex((rooms) => rooms.includes(room));

/** What the files below a folder import by a relative path: pairs of paths from the root of the repository. */
function importsBelow(folder: string): [from: string, to: string][] {
  const files = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' });
  return files
    .filter((name) => /\.tsx?$/.test(name))
    .flatMap((name) => {
      const from = join(folder, name);
      const imports = readFileSync(join(root, from), 'utf8').matchAll(/\bfrom '(\.[^']+)'|\bimport\('(\.[^']+)'\)/g);
      return [...imports].map(([, static_ = '', dynamic = '']): [string, string] => [
        from,
        normalize(join(from, '..', static_ || dynamic)),
      ]);
    });
}

const roomOf = (path: string): string => path.split('/')[1] ?? '';

it('a room imports from the floors below it only', () => {
  const wrong = importsBelow('src').filter(([from, to]) => {
    const [own, other] = [roomOf(from), roomOf(to)];
    if (own === other || floorOf(other) < floorOf(own)) return floorOf(own) === -1;
    return !besides.has(`${own} → ${other}`);
  });
  expect(wrong).toEqual([]);
});

it('the web and the Worker share the protocol and nothing else', () => {
  const shared = importsBelow('web').filter(([, to]) => !to.startsWith('web/'));
  expect(shared.length).toBeGreaterThan(10);
  expect(shared.filter(([, to]) => !to.startsWith('src/protocol/'))).toEqual([]);
});
