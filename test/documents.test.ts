import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');

/** Where a path of a document may begin: at the root of the repository, or at a room of `src/` or `web/`. */
const bases = ['', 'src', 'web'];

const documents = [...readdirSync(root), ...readdirSync(join(root, 'docs')).map((name) => `docs/${name}`)].filter(
  (name) => name.endsWith('.md'),
);

it.each(documents)('%s names files and folders that are there', (name) => {
  const text = readFileSync(join(root, name), 'utf8');
  const paths = [...text.matchAll(/`([\w./-]+)`/g)]
    .map(([, path = '']) => path)
    .filter((path) => /^(src|web|test|scripts|bench|container|docs)\/|^[\w-]+\/[\w./-]+\.(ts|tsx|css|md)$/.test(path));
  const missing = paths.filter((path) => !bases.some((base) => existsSync(join(root, base, path))));
  expect(missing).toEqual([]);
});

it.each(documents)('%s links to files that are there', (name) => {
  const text = readFileSync(join(root, name), 'utf8');
  const targets = [...text.matchAll(/\]\(([^)\s]+)\)|\bsrc="([^"]+)"/g)].map(
    ([, link, source]) => link ?? source ?? '',
  );
  const files = targets.filter((target) => !/^(?:https?:|#)/.test(target)).map((target) => target.replace(/#.*/, ''));
  expect(files.filter((file) => !existsSync(join(root, dirname(name), file)))).toEqual([]);
});
