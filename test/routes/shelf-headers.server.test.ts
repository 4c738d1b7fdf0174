import { expect, it } from 'vitest';
import { shelf } from '../../src/preview/library-shelf.ts';
import { fetchOnce } from '../support/fetch-once.ts';
import { useRunning } from '../support/running-redraw.ts';

const running = useRunning();

// Cloudflare serves these files by itself: no middleware of the Worker sees them.
it.each([
  ['a file of the library shelf', shelf.bridge],
  ['what is not on the shelf', '/_redraw/shelf/nothing.js'],
])('%s has the security headers of every answer', async (_, path) => {
  const { headers } = await fetchOnce(new URL(path, running.redraw.url).href);
  const policy = headers.get('Content-Security-Policy') ?? '';
  for (const part of [
    "default-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    'sandbox',
  ])
    expect(policy.split('; ')).toContain(part);
  expect(headers.get('Strict-Transport-Security')).toBe('max-age=63072000; includeSubDomains');
  expect(headers.get('X-Content-Type-Options')).toBe('nosniff');
  expect(headers.get('Referrer-Policy')).toBe('no-referrer');
  expect(headers.get('Cross-Origin-Resource-Policy')).toBe('same-origin');
});
