import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');

/**
 * The rooms of `src/` and `web/`, from the ground up. A room is a folder, or a file at the root of the two. It imports from the lines
 * before its own only: never from its own line, never from a later one. A folder's sub-rooms stand below the folder itself.
 */
const floors: Record<'src' | 'web', string[][]> = {
  src: [
    ['net', 'session-keys.ts', 'plans.ts'],
    ['setting-shapes.ts'],
    ['credit-settings.ts'],
    ['protocol', 'storage', 'log', 'async', 'settings.ts'],
    ['claude', 'credits', 'workspace', 'sandbox', 'preview', 'sign-in', 'vault'],
    ['agent'],
    ['operator'],
    ['account/storage'],
    ['account/connection', 'account/credits'],
    ['account/billing'],
    ['account/sign-in'],
    ['account/lifecycle'],
    ['account'],
    ['session/storage'],
    ['session/events'],
    ['session/preview', 'session/sandbox'],
    ['session/turn'],
    ['session'],
    ['routes/http'],
    ['routes/middleware'],
    ['routes'],
    ['worker.ts'],
  ],
  web: [
    ['bridge', 'api', 'fonts', 'strings/formats'],
    ['strings/en'],
    ['strings/de', 'strings/fr'],
    ['strings'],
    ['vite-plugins', 'router'],
    ['ui'],
    ['attach'],
    ['project'],
    ['app'],
    ['models'],
    ['limits'],
    ['composer'],
    ['conversation'],
    ['preview'],
    ['code'],
    ['versions', 'projects', 'share'],
    ['credits'],
    ['landing', 'account'],
    ['builder'],
    ['entry'],
    ['vite.config.ts'],
  ],
};

/** Files of one folder, and lines of one file, at the most. */
const most = { files: 35, lines: 350 };

interface Import {
  from: string;
  to: string;
}

const filesBelow = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(root.length + 1));

/** What the files below a folder import by a relative path, types and style sheets too. Paths from the root of the repository. */
function importsBelow(folder: string): Import[] {
  return filesBelow(folder)
    .filter((name) => /\.tsx?$/.test(name))
    .flatMap((from) => {
      const found = readFileSync(join(root, from), 'utf8').matchAll(/\b(?:from|import)\s*\(?\s*'(\.[^']+)'/g);
      return [...found].map(([, path = '']) => ({ from, to: normalize(join(from, '..', path)) }));
    });
}

/** The folder of a file below `src/` or `web/`, or the file itself where it stands at the root. */
function roomOf(path: string): string {
  const inside = path.slice(path.indexOf('/') + 1);
  return inside.includes('/') ? dirname(inside) : inside;
}

/** The nodes of a graph that stand on a circle, each circle once, as `a → b → a`. */
function circles(imports: readonly Import[]): string[] {
  const next = Map.groupBy(imports, ({ from }) => from);
  const done = new Set<string>();
  const found: string[] = [];
  const walk = (node: string, path: string[]): void => {
    const at = path.indexOf(node);
    if (at >= 0) found.push([...path.slice(at), node].join(' → '));
    if (at >= 0 || done.has(node)) return;
    for (const { to } of next.get(node) ?? []) walk(to, [...path, node]);
    done.add(node);
  };
  for (const node of next.keys()) walk(node, []);
  return found;
}

/** Files of code with too many lines. */
const longFiles = (files: string[]): string[] =>
  files
    .filter((name) => /\.(tsx?|css)$/.test(name))
    .map((name) => ({ name, lines: readFileSync(join(root, name), 'utf8').split('\n').length - 1 }))
    .filter(({ lines }) => lines > most.lines)
    .map(({ name, lines }) => `${name}: ${lines} lines`);

describe.each(['src', 'web'] as const)('%s', (folder) => {
  const plan = floors[folder];
  const floorOf = (room: string): number => plan.findIndex((rooms) => rooms.includes(room));
  const imports = importsBelow(folder);
  const inside = imports.filter(({ to }) => to.startsWith(`${folder}/`));

  it('has a floor for every room', () => {
    const rooms = new Set(inside.map(({ from }) => roomOf(from)));
    expect([...rooms].filter((room) => floorOf(room) === -1)).toEqual([]);
  });

  it('has no room that imports from its own floor, or from one above it', () => {
    const up = inside.filter(({ from, to }) => {
      const [own, other] = [roomOf(from), roomOf(to)];
      return own !== other && floorOf(other) >= floorOf(own);
    });
    expect(up.map(({ from, to }) => `${from} → ${to}`)).toEqual([]);
  });

  it('has no files that import each other in a circle', () => {
    expect(inside.length).toBeGreaterThan(100);
    expect(circles(inside)).toEqual([]);
  });

  it('has no large folders and no large files', () => {
    const files = filesBelow(folder);
    const crowded = [...Map.groupBy(files, dirname)].filter(([, names]) => names.length > most.files);
    expect(crowded.map(([name, names]) => `${name}: ${names.length} files`)).toEqual([]);
    expect(longFiles(files)).toEqual([]);
  });
});

it('the tests have no large files', () => expect(longFiles(filesBelow('test'))).toEqual([]));

it('tests with random input have the same input each time', () => {
  const count = (text: string, what: RegExp): number => text.match(what)?.length ?? 0;
  const files = filesBelow('test').map((file) => [file, readFileSync(join(root, file), 'utf8')] as const);
  const unseeded = files.filter(([, text]) => count(text, /\bfc\.assert\(/g) > count(text, /\blongRun\(/g));
  expect(unseeded.map(([file]) => file)).toEqual([]);
});

it('the web and the Worker share the protocol and nothing else', () => {
  const shared = importsBelow('web').filter(({ to }) => !to.startsWith('web/'));
  expect(shared.length).toBeGreaterThan(10);
  expect(shared.filter(({ to }) => !to.startsWith('src/protocol/'))).toEqual([]);
});

it('finds a circle', () => {
  const imports = ['a b', 'b c', 'c b', 'd a'].map((pair) => ({ from: pair[0] ?? '', to: pair[2] ?? '' }));
  expect(circles(imports)).toEqual(['b → c → b']);
});
