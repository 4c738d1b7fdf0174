import { describe, expect, test } from 'vitest';
import { isOwnHost, isUnderPreviewHost, parsePreviewHost, previewUrl } from '../../src/preview/preview-host.ts';
import { newId } from '../../src/protocol/id.ts';

const label = 'abcdefghijklmnopqrstuvwx27';

describe('parsePreviewHost', () => {
  test.each([
    [`${label}.localhost:8787`, 'localhost:8787', { label, version: null }],
    [`${label}-v12.localhost:8787`, 'localhost:8787', { label, version: 12 }],
    [`${label.toUpperCase()}.LOCALHOST`, 'localhost:8787', { label, version: null }],
    [`${label}.redraw.app.`, 'redraw.app', { label, version: null }],
    [`${label}.redraw.app.:443`, 'Redraw.app', { label, version: null }],
  ])('%s is a preview', (host, previewHost, expected) => {
    expect(parsePreviewHost(host, previewHost)).toEqual(expected);
  });

  test.each([
    [`${label.slice(1)}.localhost`, true],
    [`${label}a.localhost`, true],
    [`${label.replace('2', '1')}.localhost`, true],
    [`${label}-v0.localhost`, true],
    [`${label}-v01.localhost`, true],
    [`${label}-v.localhost`, true],
    [`x.${label}.localhost`, true],
    [`${label}.x.localhost`, true],
    ['www.localhost', true],
    ['.localhost', true],
    ['localhost', false],
    ['localhost:8787', false],
    [`${label}.localhost.evil.example`, false],
    [`${label}localhost`, false],
    [`${label}.otherhost`, false],
    ['', false],
  ])('%s is none', (host, under) => {
    expect(parsePreviewHost(host, 'localhost:8787')).toBeNull();
    expect(isUnderPreviewHost(host, 'localhost:8787')).toBe(under);
  });
});

test('a new label is 128 random bits, and is read back from its address', () => {
  const labels = new Set(Array.from({ length: 500 }, newId));
  expect(labels.size).toBe(500);
  for (const one of labels) {
    expect(one).toMatch(/^[a-z2-7]{26}$/);
    // 26 characters hold 130 bits; the last two are always zero.
    expect('aeimquy4').toContain(one.at(-1));
    expect(parsePreviewHost(new URL(previewUrl(one, 'localhost:8787', 'http:')).host, 'localhost:8787')?.label).toBe(
      one,
    );
  }
  expect(previewUrl(label, 'redraw.app', 'https:', 3)).toBe(`https://${label}-v3.redraw.app/`);
});

describe('isOwnHost', () => {
  test.each([
    ['localhost:8787', 'localhost:8787', true],
    ['127.0.0.1:8787', 'localhost:8787', true],
    ['[::1]:8787', 'localhost:8787', true],
    ['LOCALHOST.', 'localhost:8787', true],
    ['rebound.example:8787', 'localhost:8787', false],
    ['localhost.example:8787', 'localhost:8787', false],
    ['redraw.example', 'previews.example', true],
  ])('%s, with previews below %s: %s', (host, previewHost, own) => expect(isOwnHost(host, previewHost)).toBe(own));
});
