import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildWeb } from '../../scripts/build-web.ts';

/** Bytes of gzipped JavaScript that a first load may take. */
const BUDGET = 45 * 1024;

let folder: string;
let html: string;

/** The scripts of the page with all that they import before they run. */
async function firstLoad(): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  const open = [...html.matchAll(/(?:src|href)="([^"]+\.js)"/g)].map(([, path]) => basename(path ?? ''));
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (found.has(name)) continue;
    const source = await readFile(join(folder, 'assets', name), 'utf8');
    found.set(name, source);
    const imported = source.matchAll(/(?:\bfrom|\bimport)\s*["'](\.[^"']+\.js)["']/g);
    open.push(...[...imported].map(([, path]) => basename(path ?? '')));
  }
  return found;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'redraw-web-'));
  await buildWeb(folder);
  html = await readFile(join(folder, 'index.html'), 'utf8');
}, 60_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the built web app', () => {
  it('loads at most 45 KB of JavaScript at first', async () => {
    const scripts = await firstLoad();
    expect(scripts.size).toBeGreaterThan(0);
    const bytes = [...scripts.values()].reduce((sum, source) => sum + gzipSync(source).length, 0);
    expect(bytes).toBeLessThanOrEqual(BUDGET);
  });

  it('loads the Markdown parser later', async () => {
    const all = (await readdir(join(folder, 'assets'))).filter((name) => name.endsWith('.js'));
    const first = await firstLoad();
    const later = all.filter((name) => !first.has(name));
    const sources = await Promise.all(later.map((name) => readFile(join(folder, 'assets', name), 'utf8')));
    expect(sources.some((source) => source.includes('DOMPurify'))).toBe(true);
    expect([...first.values()].some((source) => source.includes('DOMPurify'))).toBe(false);
  });

  it('has nothing inline that the policy of the page forbids', () => {
    expect(html).not.toMatch(/<script(?![^>]*\bsrc=)/);
    expect(html).not.toMatch(/<style|\sstyle=|\son\w+=/);
    const addresses = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path);
    expect(addresses.every((path) => path?.startsWith('/_redraw/app/assets/'))).toBe(true);
  });
});
