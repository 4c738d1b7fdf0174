import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';

/** Budgets of a first load, in gzipped bytes. */
const SCRIPT_BUDGET = 45 * 1024;
const STYLE_BUDGET = 12 * 1024;
/** Of all pages and dialogs, most of which are loaded on demand. */
const ALL_STYLES_BUDGET = 16 * 1024;
/** Bytes of all fonts together; WOFF2 is compressed already. */
const FONT_BUDGET = 60 * 1024;

const folder = join(import.meta.dirname, '../../dist/assets/_redraw/app');
const pages = ['index.html', 'landing.html'] as const;
const html: Record<string, string> = {};

const read = (name: string) => readFile(join(folder, 'assets', name), 'utf8');
const packed = (sources: Iterable<string>) => [...sources].reduce((sum, source) => sum + gzipSync(source).length, 0);

/** The scripts of a page, with their static imports. */
async function firstLoad(page: string): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  const open = [...(html[page] ?? '').matchAll(/(?:src|href)="([^"]+\.js)"/g)].map(([, path]) => basename(path ?? ''));
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (found.has(name)) continue;
    const source = await read(name);
    found.set(name, source);
    const imported = source.matchAll(/(?:\bfrom|\bimport)\s*["'](\.[^"']+\.js)["']/g);
    open.push(...[...imported].map(([, path]) => basename(path ?? '')));
  }
  return found;
}

beforeAll(async () => {
  for (const page of [...pages, 'landing.de.html', 'landing.fr.html'])
    html[page] = await readFile(join(folder, page), 'utf8');
});

describe.each(pages)('the first load of %s', (page) => {
  it('is at most 45 KB of JavaScript', async () => {
    const scripts = await firstLoad(page);
    expect(scripts.size).toBeGreaterThan(0);
    expect(packed(scripts.values())).toBeLessThanOrEqual(SCRIPT_BUDGET);
  });

  it('is at most 12 KB of CSS', async () => {
    const names = [...(html[page] ?? '').matchAll(/href="([^"]+\.css)"/g)].map(([, path]) => basename(path ?? ''));
    expect(names.length).toBeGreaterThan(0);
    expect(packed(await Promise.all(names.map(read)))).toBeLessThanOrEqual(STYLE_BUDGET);
  });

  it('comes without the Markdown parser', async () => {
    expect([...(await firstLoad(page)).values()].some((source) => source.includes('DOMPurify'))).toBe(false);
  });
});

describe('the built web app', () => {
  it('has at most 60 KB of fonts, all of them asked for by the page itself', async () => {
    const fonts = (await readdir(join(folder, 'assets'))).filter((name) => name.endsWith('.woff2'));
    const sizes = await Promise.all(fonts.map(async (name) => (await stat(join(folder, 'assets', name))).size));
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(FONT_BUDGET);
    for (const name of fonts) for (const page of pages) expect(html[page]).toContain(name);
  });

  it('has at most 16 KB of CSS in all', async () => {
    const styles = (await readdir(join(folder, 'assets'))).filter((name) => name.endsWith('.css'));
    expect(packed(await Promise.all(styles.map(read)))).toBeLessThanOrEqual(ALL_STYLES_BUDGET);
  });

  it('greets in three languages before any script has run', () => {
    expect(html['landing.html']).toContain('What would you like to build?');
    expect(html['landing.de.html']).toMatch(/<html lang="de">[\s\S]*Was möchten Sie bauen\?/);
    expect(html['landing.fr.html']).toMatch(/<html lang="fr">/);
    for (const page of Object.values(html)) {
      expect(page).not.toMatch(/%\w+\.\w+%/);
      expect(page).toMatch(/<noscript>\s*<p lang="en">[\s\S]*<p lang="de">[\s\S]*<p lang="fr">/);
    }
  });

  it.each(pages)('has nothing inline in %s that the policy of the page forbids', (page) => {
    const source = html[page] ?? '';
    expect(source).not.toMatch(/<script(?![^>]*\bsrc=)/);
    expect(source).not.toMatch(/<style|\sstyle=|\son\w+=/);
    const head = source.slice(0, source.indexOf('<body'));
    const addresses = [...head.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path);
    expect(addresses.every((path) => path?.startsWith('/_redraw/app/assets/'))).toBe(true);
  });
});
