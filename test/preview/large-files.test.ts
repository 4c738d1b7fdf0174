import { describe, expect, test } from 'vitest';
import { MemoryProject } from './memory-project.ts';

describe('files that are too large to be read as a whole', () => {
  const huge = `/* ${'x'.repeat(3 * 1024 * 1024)} */`;
  const project = new MemoryProject({
    'index.html': '<!doctype html><script type="module" src="/main.ts"></script>',
    'main.ts': "import './vendor.js'; import data from './data.json'; import './big.css'; import './big.ts'",
    'vendor.js': huge,
    'big.ts': huge,
    'big.css': huge,
    'data.json': JSON.stringify(huge),
    'page.html': `<p>${huge}`,
    'public/film.bin': huge,
  });

  test.each(['/vendor.js', '/big.css', '/data.json', '/page.html', '/film.bin', '/vendor.js?url'])(
    '%s is served as it is',
    (url) => {
      expect(project.get(url).length).toBeGreaterThan(3 * 1024 * 1024);
    },
  );

  test.each([
    '/big.ts',
    '/big.css?import',
    '/data.json?import',
    '/vendor.js?raw',
    '/big.css?inline',
    '/data.json?inline',
  ])('%s says that it is too large', (url) => {
    const text = project.get(url);
    expect(text.length).toBeLessThan(5_000);
    expect(text).toContain('too large to be transformed');
  });

  test('a page that imports them says so, too', () => {
    const page = project.get('/', { accept: 'text/html' });
    expect(page).toContain('big.ts has a size of more than 2 MB, which is too large to be transformed');
    expect(page).not.toContain('vendor.js has');
  });
});
