import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { redirectOut, takeRedirectReturn } from '../../../web/account/redirect-out.ts';

const claude = 'https://claude.example/oauth';
const away = { path: '/s/one?code=1', waits: true };

let entries: Map<string, string>;
const assign = vi.fn();
const blocked = () => {
  throw new DOMException('Storage is blocked.', 'SecurityError');
};

beforeEach(() => {
  entries = new Map();
  assign.mockClear();
  vi.stubGlobal('location', { assign });
  vi.stubGlobal('sessionStorage', {
    getItem: (key: string) => entries.get(key) ?? null,
    setItem: (key: string, value: string) => void entries.set(key, value),
    removeItem: (key: string) => void entries.delete(key),
  });
});
afterEach(() => void vi.unstubAllGlobals());

it('finds what it left behind, once', () => {
  expect(takeRedirectReturn()).toBeNull();
  redirectOut(away, claude);
  expect(assign.mock.calls).toEqual([[claude]]);
  expect(takeRedirectReturn()).toEqual(away);
  expect(takeRedirectReturn()).toBeNull();
});

it.each(['//evil.example/', 'https://evil.example/', '', 'account'])('returns to no other site: %j', (path) => {
  redirectOut({ path, waits: true }, claude);
  expect(takeRedirectReturn()).toBeNull();
});

it.each(['no JSON', '"/"', '{"path":"/"}', '{"path":"/","waits":1}'])(
  'takes nothing that it cannot read: %s',
  (text) => {
    redirectOut(away, claude);
    for (const key of entries.keys()) entries.set(key, text);
    expect(takeRedirectReturn()).toBeNull();
    expect(entries.size).toBe(0);
  },
);

it('leaves the page where storage is blocked, too', () => {
  vi.stubGlobal('sessionStorage', { getItem: blocked, setItem: blocked, removeItem: blocked });
  redirectOut(away, claude);
  expect(assign).toHaveBeenCalledOnce();
  expect(takeRedirectReturn()).toBeNull();
});
