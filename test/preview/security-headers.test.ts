import { describe, expect, test } from 'vitest';
import { isOrigin, securityHeaders } from '../../src/preview/security-headers.ts';

describe('isOrigin', () => {
  test.each([
    'https://redraw.example',
    'http://redraw.example',
    'HTTPS://Redraw-1.Example',
    'http://localhost:8787',
    'http://127.0.0.1:80',
    'http://[::1]',
    'https://[fe80::1]',
    'http://[::1]:8787',
  ])('%s may frame a preview', (text) => expect(isOrigin(text)).toBe(true));

  test.each([
    '',
    '*',
    'redraw.example',
    'https://',
    'ftp://redraw.example',
    'a https://redraw.example',
    'https://redraw.example b',
    'https://redraw.example/',
    'https://redraw.example; script-src *',
    'https://redraw.example:',
    'https://redraw.example:x',
    'https://redraw.example:80:80',
    'https://user@redraw.example',
    'a http://[::1]',
    'http://[::1] b',
    'http://[]',
    'http://[::x]',
    'http://[::1]:x',
    'http://[::1]:',
    'ws://[::1]',
  ])('%j is no origin', (text) => expect(isOrigin(text)).toBe(false));
});

test('the policy names each origin that may frame the preview, and leaves out what is none', () => {
  const [policy] = securityHeaders(['https://a.example', "x'; script-src *", 'http://[::1]:8787']);
  expect(policy).toEqual([
    'Content-Security-Policy',
    "sandbox allow-scripts allow-same-origin allow-forms allow-modals allow-downloads allow-popups allow-pointer-lock; frame-ancestors 'self' https://a.example http://[::1]:8787",
  ]);
});
