import { expect, test } from 'vitest';
import type { FileSnapshot } from '../../src/preview/file-snapshot.ts';
import { shelf } from '../../src/preview/library-shelf.ts';
import { serveProjectFile, toPreviewRequest } from '../../src/preview/serve-project-file.ts';
import { createTransformCache } from '../../src/preview/transform-cache.ts';

const contents: Record<string, string> = {
  'index.html': '<!doctype html><head></head><script type="module" src="/src/main.tsx"></script>',
  'src/main.tsx': `import { useState } from "react"
import { format } from 'date-fns'
import data from "./da\\x74a.json"
import styles from './a.module.css'
const x: number = 1
export const later = () => import('./late\\u0072')
export default () => <p className={styles.a}>{format(useState(x), data)} {import.meta.env.MODE}</p>`,
  'src/later.ts': 'export {}',
  'src/data.json': '{"a":1}',
  'src/a.module.css': '.a { color: red }',
  'src/bad.ts': 'const = 1',
};
const files: FileSnapshot = {
  read: (path) => (contents[path] === undefined ? null : new TextEncoder().encode(contents[path])),
  size: (path) => contents[path]?.length ?? 0,
  hash: (path) => (contents[path] === undefined ? null : `hash-of-${path}`),
  list: () => Object.keys(contents).map((path) => ({ path, bytes: 0, hash: `hash-of-${path}` })),
};

/** workerd allows neither `eval` nor compiling WebAssembly, so code that runs in Node may fail in workerd. */
test('a project is transformed in workerd', () => {
  const cache = createTransformCache();
  const get = (path: string) => {
    const request = toPreviewRequest(new Request(`http://x${path}`, { headers: { accept: 'text/html' } }));
    return serveProjectFile(request, files, { revision: 1, frameAncestors: ['http://localhost:8787'], shelf, cache });
  };
  const main = get('/src/main.tsx');
  expect([main.status, main.body]).toEqual([
    200,
    expect.stringContaining(shelf.modules['react/jsx-dev-runtime']?.url ?? ''),
  ]);
  expect(main.body).toContain('from "/src/data.json?import"');
  expect(main.body).toContain('import("/src/later.ts")');
  expect(get('/').body).toContain('<link rel="modulepreload" href="/src/main.tsx">');
  expect(get('/src/a.module.css?import').body).toContain('export{c0 as a}');
  expect(get('/src/data.json?import').body).toContain('export const a=');
  expect(get('/src/bad.ts').body).toContain('syntax error');
});
