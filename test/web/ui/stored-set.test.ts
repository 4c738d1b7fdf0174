import { afterEach, describe, expect, it, vi } from 'vitest';
import { StoredSet } from '../../../web/ui/stored-set.ts';

afterEach(() => void vi.unstubAllGlobals());

/** A browser's storage. */
function store() {
  const entries = new Map<string, string>();
  const storage = {
    getItem: (key: string) => entries.get(key) ?? null,
    setItem: (key: string, value: string) => void entries.set(key, value),
  };
  vi.stubGlobal('localStorage', storage);
  return { entries, storage };
}

describe('a stored set', () => {
  it('is shared by all pages of a browser, under a name of its own', () => {
    const { entries } = store();
    const set = new StoredSet('things');
    expect(set.all()).toEqual([]);
    set.add('a');
    set.add('b');
    new StoredSet('others').add('c');
    expect(new StoredSet('things').all()).toEqual(['a', 'b']);
    expect([...entries.keys()]).toEqual(['redraw.things', 'redraw.others']);
    new StoredSet('things').remove('a');
    expect(set.all()).toEqual(['b']);
  });

  it('has each entry once, the newest last, and forgets the oldest of more than forty', () => {
    store();
    const set = new StoredSet('things');
    for (let n = 0; n < 50; n++) set.add(String(n));
    set.add('20');
    expect(set.all()).toHaveLength(40);
    expect(set.all().at(0)).toBe('10');
    expect(set.all().at(-1)).toBe('20');
  });

  it.each(['no JSON', '{"a":1}', 'null', '["a",1,null,"b"]'])(
    'reads what it can of what stands there: %s',
    (stored) => {
      const { entries } = store();
      entries.set('redraw.things', stored);
      const set = new StoredSet('things');
      const known = stored.startsWith('[') ? ['a', 'b'] : [];
      expect(set.all()).toEqual(known);
      set.add('c');
      expect(set.all()).toEqual([...known, 'c']);
    },
  );

  it('lasts as long as the page where the browser stores nothing', () => {
    const denied = () => {
      throw new DOMException('denied', 'SecurityError');
    };
    vi.stubGlobal('localStorage', { getItem: denied, setItem: denied });
    const set = new StoredSet('things');
    set.add('a');
    set.add('b');
    set.remove('a');
    expect(set.all()).toEqual(['b']);
    expect(new StoredSet('things').all()).toEqual([]);
  });
});
