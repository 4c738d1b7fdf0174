import { type Signal, signal } from '@preact/signals';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AccountDetail } from '../../../src/protocol/resources.ts';

/** A `Storage`: its keys are its own enumerable properties, as in a browser. */
function fakeStorage(entries: Record<string, string>) {
  const storage = Object.create({
    getItem: (key: string) => storage[key] ?? null,
    setItem: (key: string, value: string) => {
      storage[key] = value;
      heard.push([key, value]);
    },
    removeItem: (key: string) => {
      delete storage[key];
      heard.push([key, null]);
    },
  }) as Record<string, string>;
  return Object.assign(storage, entries);
}

/** What other tabs hear of changes. */
let heard: [key: string, newValue: string | null][];
let listeners: ((event: { key: string | null; newValue: string | null }) => void)[];
let account: Signal<Pick<AccountDetail, 'kind'> | null>;
const loads: string[] = [];
const said: string[] = [];
const reload = vi.fn();
let location: { pathname: string; reload(): void };

const projectKeys = () =>
  [localStorage, sessionStorage]
    .flatMap((storage) => Object.keys(storage))
    .filter((key) => !['redraw.language', 'redraw.user'].includes(key));

/** Opens a project in this tab, whose account is known. */
async function openTab(kind: AccountDetail['kind']) {
  account.value = { kind };
  const { leaveEndedAccount } = await import('../../../web/account/leave-ended-account.ts');
  leaveEndedAccount({
    account: account as never,
    loadAccount: async () => void loads.push('account'),
    loadProjects: async () => void loads.push('projects'),
    toasts: { show: (text: string) => void said.push(text) } as never,
  });
  return import('../../../web/router/routes.ts');
}

const tell = (key: string | null, newValue: string | null) => {
  for (const listener of listeners) listener({ key, newValue });
};

beforeEach(() => {
  heard = [];
  account = signal(null);
  listeners = [];
  loads.splice(0);
  said.splice(0);
  vi.resetModules();
  reload.mockClear();
  location = { pathname: `/s/${'a'.repeat(26)}`, reload };
  vi.stubGlobal('location', location);
  vi.stubGlobal('history', {
    pushState: (_state: unknown, _title: string, path: string) => {
      location.pathname = path;
    },
  });
  vi.stubGlobal('addEventListener', (type: string, listener: (typeof listeners)[number]) => {
    if (type === 'storage') listeners.push(listener);
  });
  vi.stubGlobal(
    'localStorage',
    fakeStorage({ 'redraw.draft.one': 'x', 'redraw.sketch.one': 'x', 'redraw.language': 'de' }),
  );
  vi.stubGlobal('sessionStorage', fakeStorage({ 'redraw.edits.one': 'x' }));
});

afterEach(() => void vi.unstubAllGlobals());

describe('a tab leaves its project, with all that is kept of it', () => {
  it('when another tab tells that the account has ended', async () => {
    const { route } = await openTab('user');
    const { forgetInAllTabs } = await import('../../../web/app/forget-local-data.ts');
    forgetInAllTabs();
    const told = heard.filter(([key]) => !/draft|sketch|edits/.test(key));
    sessionStorage.setItem('redraw.edits.one', 'in this tab');
    for (const [key, newValue] of told) tell(key, newValue);
    expect(route.value).toEqual({ page: 'landing' });
    expect(projectKeys()).toEqual([]);
    expect(account.value).toBeNull();
    expect(loads).toEqual(['account', 'projects']);
    await vi.waitFor(() => expect(said).toEqual(['You are signed out.']));
  });

  it.each([null, { kind: 'user' as const }])(
    'when a user turns out to be signed out: after %j comes a visitor',
    async (between) => {
      const { route } = await openTab('user');
      account.value = between;
      account.value = { kind: 'visitor' };
      expect(route.value).toEqual({ page: 'landing' });
      expect(projectKeys()).toEqual([]);
    },
  );
});

it('a tab that begins with what a user left, whose login has expired since, shows and keeps none of it', async () => {
  localStorage.setItem('redraw.user', '1');
  location.pathname = '/';
  await openTab('visitor');
  expect(projectKeys()).toEqual([]);
  expect(reload).toHaveBeenCalledOnce();
  account.value = { kind: 'visitor' };
  expect(reload).toHaveBeenCalledOnce();
});

describe('a tab stays as it is', () => {
  it.each([
    ['visitor', 'visitor'],
    ['visitor', 'user'],
    ['user', 'user'],
  ] as const)('when a %s is a %s once more', async (before, after) => {
    const { route } = await openTab(before);
    account.value = { kind: after };
    expect(route.value.page).toBe('builder');
    expect(projectKeys()).toHaveLength(3);
  });

  it.each([
    ['redraw.ended', null],
    ['redraw.draft.two', '1'],
    [null, null],
  ])('when the storage changes elsewhere: %j', async (key, newValue) => {
    const { route } = await openTab('user');
    tell(key, newValue);
    expect(route.value.page).toBe('builder');
    expect(projectKeys()).toHaveLength(3);
  });
});

it('a tab whose browser blocks its storage leaves its project all the same', async () => {
  for (const name of ['localStorage', 'sessionStorage'])
    Object.defineProperty(globalThis, name, {
      configurable: true,
      get: () => {
        throw new DOMException('Storage is blocked.', 'SecurityError');
      },
    });
  const { route } = await openTab('user');
  account.value = { kind: 'visitor' };
  expect(route.value).toEqual({ page: 'landing' });
  const { forgetInAllTabs } = await import('../../../web/app/forget-local-data.ts');
  expect(forgetInAllTabs).not.toThrow();
});

it('what is kept of a project that is deleted goes, and of no other', async () => {
  const { forgetProject } = await import('../../../web/app/forget-local-data.ts');
  const keys = ['sketch', 'draft', 'edits'].flatMap((what) => ['one', 'two'].map((id) => `redraw.${what}.${id}`));
  for (const storage of [localStorage, sessionStorage]) for (const key of keys) storage.setItem(key, 'x');
  localStorage.setItem('redraw.language', 'de');
  forgetProject('one');
  const left = keys.filter((key) => key.endsWith('two')).sort();
  expect(Object.keys(localStorage).sort()).toEqual([...left, 'redraw.language'].sort());
  expect(Object.keys(sessionStorage).sort()).toEqual(left);
});
