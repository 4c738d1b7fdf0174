import { expect, it } from 'vitest';
import { toBrowserResponse } from '../../src/preview/app-server-proxy.ts';

const preview = { sandbox: 'sandbox', port: 4000, revision: 1, frameAncestors: ['https://redraw.example'] };
const page = async (html: string, type = 'text/html; charset=utf-8'): Promise<string> => {
  const answer = new Response(html, { headers: { 'Content-Type': type } });
  return toBrowserResponse(answer, preview, { bridge: 'bridge.js' }).text();
};

it.each([
  [
    '<!doctype html><html><head><title>x</title></head><body>hello</body></html>',
    /^<!doctype html><html><head><script/,
  ],
  ['<!doctype html><html><body>hello</body></html>', /^<!doctype html><html><body><script/],
  ['<!doctype html><title>x</title><h1>hello</h1>', /^<!doctype html><script[\s\S]*<title>x/],
  ['<h1>hello</h1><p>you</p>', /^<script[\s\S]*<h1>hello/],
  ['hello', /^hello<script/],
])('puts the bridge into a page of a server once, whatever tags it has: %s', async (html, wanted) => {
  const text = await page(html);
  expect(text).toMatch(wanted);
  expect(text.match(/bridge\.js/g)).toHaveLength(1);
  expect(text).toContain('hello');
});

it('leaves what is no page as it is', async () => {
  expect(await page('<h1>hello</h1>', 'text/plain')).toBe('<h1>hello</h1>');
});
