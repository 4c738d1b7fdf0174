import { expect, it } from 'vitest';
import { toBrowserResponse } from '../../src/preview/app-server-proxy.ts';

const frameAncestors = ['https://redraw.example', 'no origin', 'http://localhost:8787'];
const preview = { sandbox: 'sandbox', port: 4000, revision: 1, frameAncestors };
const bridge =
  '<script src="bridge.js" data-revision="1" data-parents="https://redraw.example http://localhost:8787"></script>';

// The rest of the proxy is tested in Node, which lacks `HTMLRewriter`: `app-server-proxy.test.ts`.
it.each([
  [
    '<!doctype html><html><head><title>x</title></head><body>hello</body></html>',
    '<!doctype html><html><head>↑<title>x</title></head><body>hello</body></html>',
  ],
  ['<!doctype html><html><body><p>hello</body></html>', '<!doctype html><html><body>↑<p>hello</body></html>'],
  ['<!doctype html><title>x</title><h1>hello</h1>', '<!doctype html>↑<title>x</title><h1>hello</h1>'],
  ['<h1>hello</h1><p>you</p>', '↑<h1>hello</h1><p>you</p>'],
  ['hello', 'hello↑'],
  ['', '↑'],
])('puts the bridge into a page of a server once, whatever tags it has: %j', async (html, wanted) => {
  const answer = new Response(html, { headers: { 'Content-Type': 'text/html; charset=utf-8' } });
  const text = await toBrowserResponse(answer, preview, { bridge: 'bridge.js' }).text();
  expect(text.replace(bridge, '↑')).toBe(wanted);
});
