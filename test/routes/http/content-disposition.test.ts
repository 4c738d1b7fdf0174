import { expect, it } from 'vitest';
import { attachment } from '../../../src/routes/http/content-disposition.ts';

/** The name that a browser takes: `filename*` before `filename` (RFC 6266, 4.3). */
function nameIn(header: string): string {
  const [, encoded] = /filename\*=UTF-8''([^;]+)$/.exec(header) ?? [];
  return encoded === undefined ? (/filename="([^"]*)"/.exec(header)?.[1] ?? '') : decodeURIComponent(encoded);
}

it.each([
  ['a.txt', 'attachment; filename="a.txt"'],
  ['my file (1).html', 'attachment; filename="my file (1).html"'],
  ['Café.png', `attachment; filename="Cafe.png"; filename*=UTF-8''Caf%C3%A9.png`],
  ['日本.zip', `attachment; filename="__.zip"; filename*=UTF-8''%E6%97%A5%E6%9C%AC.zip`],
  ["it's é*.txt", `attachment; filename="it's e_.txt"; filename*=UTF-8''it%27s%20%C3%A9_.txt`],
  ['100%.txt', `attachment; filename="100_.txt"; filename*=UTF-8''100%25.txt`],
  ['', 'attachment; filename="file"'],
])('%j is named %s', (name, header) => expect(attachment(name)).toBe(header));

it.each([
  ['a"; filename="b.exe', 'a_; filename=_b.exe'],
  ['a\\b/c.txt', 'a_b_c.txt'],
  ['a\r\nSet-Cookie: x=y', 'a__Set-Cookie_ x=y'],
  ['\u202Etxt.exe', '_txt.exe'],
  ['..', 'file'],
  ['.env', 'env'],
  ['a.txt. ', 'a.txt'],
  ['\ud800.txt', '\ufffd.txt'],
])('%j hurts nobody', (name, taken) => {
  const header = attachment(name);
  expect(header).toMatch(/^[\x20-\x7e]+$/);
  expect(nameIn(header)).toBe(taken);
});

it('a long name is cut before its ending', () => {
  expect(nameIn(attachment(`${'😀'.repeat(99)}.html`))).toMatch(/^(?:😀)+\.html$/u);
  expect(nameIn(attachment(`${'a'.repeat(300)}.html`))).toBe(`${'a'.repeat(95)}.html`);
});
