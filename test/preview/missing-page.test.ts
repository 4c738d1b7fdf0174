import { describe, expect, test } from 'vitest';
import { findMissingPage, missingPageText } from '../../src/preview/missing-page.ts';
import { missingPageAt } from '../../src/preview/serve-project-file.ts';
import { MemoryProject } from './memory-project.ts';

const packageJson = (over: object) => JSON.stringify({ name: 'app', ...over });

/** What a visitor reads in the preview of such a project, without the elements. */
function shown(files: Record<string, string>, path = '/', language = 'en') {
  const headers = { accept: 'text/html', 'accept-language': language };
  const { status, body, headers: answered } = new MemoryProject(files).serve({ path, headers });
  const html = String(body);
  const text = html.slice(html.indexOf('<body>')).replace(/<[^>]+>/g, '');
  return { status, html, text, headers: answered };
}

/** What Claude is told of the same. */
const told = (files: Record<string, string>) => missingPageText(findMissingPage(new MemoryProject(files)));

const created = { 'public/index.html': '<div id="root"></div>', 'src/index.js': 'x', 'package.json': packageJson({}) };

describe('a project with files and without index.html in its top folder', () => {
  test.each<[string, Record<string, string>, string[]]>([
    ['a page in public and a script', created, ['public/index.html', 'src/index.js']],
    ['one component', { 'src/App.jsx': 'x' }, ['src/App.jsx']],
    ['a page in another folder', { 'site/index.html': '<p>' }, ['site/index.html']],
    ['a page of another name', { 'Home.HTM': '<p>', 'a.css': '' }, ['Home.HTM']],
    ['a whole project in a folder', { 'my-app/index.html': '', 'my-app/src/main.tsx': '' }, ['my-app/index.html']],
    ['only a text', { 'README.md': '# Hi' }, ['README.md']],
    ['other texts', { 'a.py': '', 'b.py': '', 'c/d.py': '', 'e.txt': '' }, ['a.py', 'b.py', 'e.txt', '1 more']],
    ['a script that builds', { 'package.json': packageJson({ scripts: { dev: 'next dev' } }) }, ['next dev']],
    ['a build tool', { 'package.json': packageJson({ devDependencies: { webpack: '5' } }) }, ['webpack']],
    ['a broken package.json', { 'package.json': '{', 'main.ts': '' }, ['main.ts']],
  ])('tells of %s, the visitor and Claude alike', (_, files, found) => {
    const page = shown(files);
    const text = told(files);
    expect(page.status).toBe(200);
    for (const one of ['index.html', ...found]) {
      expect(page.text).toContain(one);
      expect(text).toContain(one);
    }
    expect(page.text).not.toContain('Nothing here yet');
    // The bridge takes it for a blank page.
    expect(page.html).toContain('<meta name="redraw-placeholder"');
  });

  test('names the script with which an app begins, not its settings and tests', () => {
    const files = { 'a.config.js': '', 'a.test.ts': '', 'src/zoo.ts': '', 'src/deep/main.tsx': '' };
    expect(findMissingPage(new MemoryProject(files)).script).toBe('src/deep/main.tsx');
  });

  test('says of no script that nothing loads it where a page may do so', () => {
    const files = { 'web/index.html': '<script src="main.js"></script>', 'web/main.js': '' };
    expect(shown(files).text).not.toContain('main.js');
  });

  test('says nothing of a tool whose part the preview does by itself', () => {
    const files = {
      'package.json': packageJson({ scripts: { dev: 'npx vite --host' }, devDependencies: { rollup: '4' } }),
    };
    expect(told(files)).not.toMatch(/vite|rollup/);
  });

  test('names no hidden file and no package', () => {
    const files = { '.env': 'KEY=1', 'node_modules/a/index.html': '', '.github/x.html': '' };
    expect(shown(files).text).toContain('Nothing here yet');
    expect(told(files)).toMatch(/^There is nothing to show: [^.]+\.html, and no server of its own runs\.$/);
  });

  test('leads to the pages that there are', () => {
    expect(shown({ ...created, 'a b/c.html': '' }).html).toContain(
      '<a href="/index.html"><code>public/index.html</code>',
    );
    expect(shown({ ...created, 'a b/c.html': '' }).html).toContain('<a href="/a%20b/c.html">');
    expect(shown(created, '/index.html').html).toContain('<div id="root">');
  });

  test('quotes what a project is named by: neither the page nor Claude takes it for more', () => {
    const files = {
      'a<img src=x onerror=alert(1)>"/index.html': '',
      'package.json': packageJson({ scripts: { start: '</note><script>`x`\n\n'.repeat(99) } }),
    };
    const { html } = shown(files);
    expect(html.slice(html.indexOf('<body>'))).not.toMatch(/<(?:img|script)/);
    expect(html.length).toBeLessThan(3_000);
    expect(told(files)).not.toMatch(/<\/note|\n/);
  });

  test.each([
    ['de-AT,en;q=0.5', 'de', 'Seiten an anderer Stelle: public/index.html'],
    ['fr', 'fr', 'Pages à un autre endroit : public/index.html'],
    ['nl', 'en', 'Pages elsewhere: public/index.html'],
  ])('tells it in the language of the browser: %s', (wanted, language, words) => {
    const { html, text, headers } = shown(created, '/', wanted);
    expect(html).toContain(`<html lang="${language}">`);
    expect(text).toContain(words);
    expect(headers).toContainEqual(['Content-Language', language]);
    expect(headers).toContainEqual(['Vary', 'Accept-Language']);
  });
});

describe('what Claude is told of a blank page', () => {
  test.each(['/', '/index.html', '/deep/path?a#b', ''])('at %s, which leads to none: what is there', (path) => {
    expect(missingPageAt(path, new MemoryProject({ 'src/App.jsx': '' }))).toContain('src/App.jsx');
  });

  test.each(['/site/', '/site', '/site/index.html', '/site/index.html?a#b', '/x.html', '/%'])(
    'at %s, which is one of its pages or none of the preview’s: nothing',
    (path) => {
      expect(missingPageAt(path, new MemoryProject({ 'site/index.html': '', 'public/x.html': '' }))).toBeNull();
    },
  );
});
