import { describe, expect, it } from 'vitest';
import { limits } from '../../src/protocol/limits.ts';
import { sha256Hex } from '../../src/workspace/blob-store.ts';
import { bytes, contents, makeWorkspace, problemThrownBy, text } from './make-workspace.ts';

describe('the files of a workspace', () => {
  it('are written, read, listed by path, renamed and removed', () => {
    const { workspace } = makeWorkspace();
    expect(workspace.write('/app/src/App.tsx', bytes('one'))).toEqual({
      path: 'src/App.tsx',
      change: 'written',
      bytes: 3,
      hash: sha256Hex('one'),
    });
    workspace.write('./index.html', bytes('<p>'));
    expect(workspace.list().map(({ path }) => path)).toEqual(['index.html', 'src/App.tsx']);
    expect(text(workspace.read('/app/src/App.tsx'))).toBe('one');
    expect(workspace.hash('src/App.tsx')).toBe(sha256Hex('one'));
    expect(workspace.stat('index.html')).toEqual({ path: 'index.html', bytes: 3, hash: sha256Hex('<p>') });

    expect(workspace.rename('src/App.tsx', '/app/src/app/App.tsx')).toEqual({
      path: 'src/app/App.tsx',
      from: 'src/App.tsx',
      change: 'renamed',
      bytes: 3,
      hash: sha256Hex('one'),
    });
    expect(workspace.remove('index.html')).toEqual({ path: 'index.html', change: 'deleted', bytes: 0, hash: '' });
    expect(contents(workspace)).toEqual({ 'src/app/App.tsx': 'one' });
  });

  it('are null where there is none', () => {
    const { workspace } = makeWorkspace({ 'src/a.ts': 'a' });
    for (const path of ['b.ts', 'src', '/etc/passwd', '']) {
      expect(workspace.read(path)).toBeNull();
      expect(workspace.hash(path)).toBeNull();
    }
  });

  it('keep any bytes', () => {
    const { workspace } = makeWorkspace();
    const every = new Uint8Array(3 * 1024 * 1024).map((_, index) => (index * 7919) >> 3);
    workspace.write('all.bin', every);
    workspace.write('none.bin', new Uint8Array());
    expect(sha256Hex(workspace.read('all.bin') ?? '')).toBe(sha256Hex(every));
    expect(workspace.read('none.bin')).toEqual(new Uint8Array());
  });

  it.each([
    ['a folder as a file', 'src', 'invalid_request', 'directory'],
    ['a file as a folder', 'src/App.tsx/x.ts', 'invalid_request', 'src/App.tsx is a file'],
    ['a file far above as a folder', 'src/App.tsx/x/y/z.ts', 'invalid_request', 'src/App.tsx is a file'],
    ['a path outside', '../x', 'invalid_request', 'leaves the workspace'],
  ])('refuse %s and stay as they are', (_, path, code, sentence) => {
    const { workspace } = makeWorkspace({ 'src/App.tsx': 'app', 'x.ts': 'x' });
    const before = contents(workspace);
    for (const attempt of [() => workspace.write(path, bytes('y')), () => workspace.rename('x.ts', path)]) {
      const problem = problemThrownBy(attempt);
      expect(problem.code).toBe(code);
      expect(problem.detail).toContain(sentence);
      expect(contents(workspace)).toEqual(before);
    }
  });

  it('refuse to rename onto a file, and to remove or rename what is not there', () => {
    const { workspace } = makeWorkspace({ 'a.ts': 'a', 'b/c.ts': 'c' });
    expect(problemThrownBy(() => workspace.rename('a.ts', 'b/c.ts')).code).toBe('invalid_request');
    expect(problemThrownBy(() => workspace.rename('a.ts', 'a.ts')).code).toBe('invalid_request');
    expect(problemThrownBy(() => workspace.remove('z.ts'))).toEqual({
      code: 'not_found',
      detail: 'There is no file /app/z.ts.',
    });
    expect(problemThrownBy(() => workspace.remove('b')).detail).toContain('is a directory');
    expect(problemThrownBy(() => workspace.rename('z.ts', 'y.ts')).code).toBe('not_found');
  });

  it('may be moved below their own name', () => {
    const { workspace } = makeWorkspace({ a: 'x' });
    workspace.rename('a', 'a/b');
    expect(contents(workspace)).toEqual({ 'a/b': 'x' });
  });

  it('does not take a neighbour with the same beginning for a folder', () => {
    const { workspace } = makeWorkspace({ 'src-old/a': '1', 'src.ts': '2', 'srcb/c': '3' });
    workspace.write('src', bytes('file'));
    expect(text(workspace.read('src'))).toBe('file');
  });

  it('have limits: of one file, of their number, of all together, each named to the client', () => {
    const tooLarge = (detail: string, limit: number) =>
      expect.objectContaining({ code: 'payload_too_large', detail, fields: expect.objectContaining({ limit }) });
    const { workspace } = makeWorkspace();
    expect(() => workspace.write('big', new Uint8Array(limits.fileBytes + 1))).toThrow(
      tooLarge('A file may have 20 MB.', limits.fileBytes),
    );
    for (let index = 0; index < limits.files; index++) workspace.write(`f${index}`, bytes('x'));
    expect(() => workspace.write('more', bytes('x'))).toThrow(tooLarge('A project may have 1000 files.', limits.files));
    workspace.write('f0', bytes('replaced'));

    const full = makeWorkspace().workspace;
    const large = new Uint8Array(limits.fileBytes);
    for (let index = 0; index < limits.projectBytes / limits.fileBytes; index++) full.write(`f${index}`, large);
    expect(() => full.write('more', bytes('x'))).toThrow(
      tooLarge('A project may have 100 MB in all.', limits.projectBytes),
    );
    full.write('f0', large);
    expect(full.list()).toHaveLength(5);
  });

  it('change together with the rows of a caller, or not at all', () => {
    const { workspace, store } = makeWorkspace({ a: '1' });
    expect(() =>
      store.transactionSync(() => {
        workspace.write('a', bytes('2'));
        workspace.write('b', bytes('3'));
        workspace.commit({ label: 'x', kind: 'turn', now: 1 });
        throw new Error('the caller failed');
      }),
    ).toThrow('the caller failed');
    expect(contents(workspace)).toEqual({ a: '1' });
    expect(workspace.history()).toEqual([]);
    expect(workspace.commit({ label: 'y', kind: 'turn', now: 2 })?.version).toBe(1);
    expect(contents(workspace, 1)).toEqual({ a: '1' });
  });
});
