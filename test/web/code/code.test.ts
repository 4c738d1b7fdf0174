import { describe, expect, it } from 'vitest';
import type { FileEntry } from '../../../src/protocol/resources.ts';
import { differences, FileStore, textOf } from '../../../web/code/file-store.ts';
import { treeOf } from '../../../web/code/file-tree.ts';
import { countLines, countVersion } from '../../../web/code/line-count.ts';
import { matchesIn, searchFiles } from '../../../web/code/search-files.ts';
import { UnsavedEdits } from '../../../web/code/unsaved-edits.ts';

const entry = (path: string, text: string): FileEntry => ({ path, bytes: text.length, hash: encodeURIComponent(text) });

/** A file store over versions of a project, with a log of its requests. */
function projectOf(versions: Record<string, string>[]) {
  const asked: string[] = [];
  const files = (version?: number) => versions.at(version === undefined ? -1 : version - 1) ?? {};
  const store = new FileStore(
    {
      files: async (_session, version) => {
        asked.push(`list ${version ?? 'now'}`);
        return Object.entries(files(version)).map(([path, text]) => entry(path, text));
      },
      file: async (_session, path, version) => {
        asked.push(`${path} ${version ?? 'now'}`);
        const text = files(version)[path] ?? '';
        return new Response(text, { headers: { ETag: `"${encodeURIComponent(text)}"` } });
      },
    },
    'session',
  );
  return { store, asked };
}

describe('the files of a project', () => {
  it('are read once for each content, and once for each version', async () => {
    const { store, asked } = projectOf([{ a: 'one' }, { a: 'one', b: 'two' }]);
    const [first] = await store.list(1);
    const second = await store.list(2);
    await store.list(1);
    expect(first && (await store.text(first, 1))).toBe('one');
    expect(second[0] && (await store.text(second[0], 2))).toBe('one');
    expect(second[1] && (await store.text(second[1], 2))).toBe('two');
    expect(asked).toEqual(['list 1', 'list 2', 'a 1', 'b 2']);
  });

  it('are no text where they hold a zero or are not UTF-8', () => {
    expect(textOf(new Uint8Array([65, 0, 66]))).toBeNull();
    expect(textOf(new Uint8Array([0xff, 0xfe]))).toBeNull();
    expect(textOf(new TextEncoder().encode('\ufeffä'))).toBe('\ufeffä');
  });

  it('differ by path and content', () => {
    const before = [entry('a', '1'), entry('b', '2'), entry('c', '3')];
    const after = [entry('b', '2'), entry('c', '4'), entry('d', '5')];
    expect(differences(before, after).map(({ path, kind }) => `${path} ${kind}`)).toEqual([
      'a deleted',
      'c changed',
      'd added',
    ]);
  });

  it('are counted by lines between versions', async () => {
    const { store } = projectOf([{ a: 'x\ny\n' }, { a: 'x\nz\nz\n', b: 'new\n' }]);
    expect(await countVersion(store, null, 1)).toEqual({ added: 2, removed: 0 });
    expect(await countVersion(store, 1, 2)).toEqual({ added: 3, removed: 1 });
    expect(countLines('', '')).toEqual({ added: 0, removed: 0 });
  });

  it('are searched without regard to case, in order', async () => {
    const { store } = projectOf([{ 'b.ts': 'let Tea = 1;\n\ntea++;', 'a.ts': 'nothing', 'c.png': 'tea' }]);
    const list = await store.list(1);
    const places = await searchFiles(store, list, 1, 'TEA', new AbortController().signal);
    expect(places).toEqual([
      { path: 'b.ts', line: 1, column: 4, text: 'let Tea = 1;' },
      { path: 'b.ts', line: 3, column: 0, text: 'tea++;' },
    ]);
    expect(matchesIn('x', 'abc', '')).toEqual([]);
  });

  it('stand in folders, of which lone ones become one line', () => {
    const tree = treeOf([{ path: 'src/ui/a.ts' }, { path: 'src/ui/b.ts' }, { path: 'z.ts' }, { path: 'lib/x/y.ts' }]);
    expect(tree.folders.map(({ name, path }) => [name, path])).toEqual([
      ['lib/x', 'lib/x'],
      ['src/ui', 'src/ui'],
    ]);
    expect(tree.folders[1]?.files.map(({ name }) => name)).toEqual(['a.ts', 'b.ts']);
    expect(tree.files.map(({ name }) => name)).toEqual(['z.ts']);
  });
});

describe('changes that are not saved', () => {
  function shelf() {
    const items = new Map<string, string>();
    return {
      items,
      getItem: (key: string) => items.get(key) ?? null,
      setItem: (key: string, value: string) => void items.set(key, value),
      removeItem: (key: string) => void items.delete(key),
    };
  }

  it('outlive a reload', () => {
    const kept = shelf();
    new UnsavedEdits('s', kept).set('a', { base: 'h', text: 'mine' });
    const again = new UnsavedEdits('s', kept);
    expect([...again.all.value]).toEqual([['a', { base: 'h', text: 'mine' }]]);
    again.drop('a');
    expect(kept.items.size).toBe(0);
    expect(new UnsavedEdits('other', kept).all.value.size).toBe(0);
  });

  it('are none where what was kept is not to be read', () => {
    for (const text of ['no json', '{}', '[1]', '[["a"]]', '[["a",{"text":1,"base":null}]]']) {
      const kept = shelf();
      kept.setItem('redraw.edits.s', text);
      expect(new UnsavedEdits('s', kept).all.value.size).toBe(0);
    }
  });

  it('stay in memory where the browser keeps nothing', () => {
    const full = {
      ...shelf(),
      setItem: () => {
        throw new Error('full');
      },
    };
    const edits = new UnsavedEdits('s', full);
    edits.set('a', { base: null, text: 'mine' });
    expect(edits.all.value.get('a')?.text).toBe('mine');
  });
});
