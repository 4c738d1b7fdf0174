import { describe, expect, it } from 'vitest';
import type { Workspace } from '../../src/workspace/workspace.ts';
import { bytes, contents, makeWorkspace, problemThrownBy } from './make-workspace.ts';

let now = 0;

/** Writes `content` to the only file, `x`, and commits. */
function step(workspace: Workspace, content: string) {
  workspace.write('x', bytes(content));
  return workspace.commit({ label: content, kind: 'turn', now: ++now });
}

const content = (workspace: Workspace) => contents(workspace).x;

describe('commit', () => {
  it('makes a version of what changed against the one before', () => {
    const { workspace } = makeWorkspace({ 'a.ts': '1', 'b.ts': '1' });
    expect(workspace.head()).toBeNull();
    expect(workspace.commit({ label: 'First', kind: 'turn', now: 5 })).toEqual({
      version: 1,
      parent: null,
      label: 'First',
      kind: 'turn',
      stopped: false,
      createdAt: 5,
      changed: ['a.ts', 'b.ts'],
    });
    workspace.write('c.ts', bytes('1'));
    workspace.remove('a.ts');
    workspace.rename('b.ts', 'd.ts');
    const second = workspace.commit({ label: 'Second', kind: 'edit', stopped: true, now: 6 });
    expect(second).toMatchObject({ version: 2, parent: 1, kind: 'edit', stopped: true });
    expect(second?.changed).toEqual(['a.ts', 'b.ts', 'c.ts', 'd.ts']);
    expect(workspace.history().map(({ version }) => version)).toEqual([1, 2]);
    expect(workspace.head()).toEqual(second);
    expect(contents(workspace, 1)).toEqual({ 'a.ts': '1', 'b.ts': '1' });
  });

  it('is null where nothing changed', () => {
    const { workspace } = makeWorkspace();
    expect(workspace.commit({ label: 'x', kind: 'turn', now })).toBeNull();
    expect(step(workspace, 'A')?.version).toBe(1);
    workspace.write('x', bytes('B'));
    workspace.write('x', bytes('A'));
    expect(workspace.commit({ label: 'x', kind: 'turn', now })).toBeNull();
  });

  it('knows the version of a project without files', () => {
    const { workspace } = makeWorkspace({ x: '1' });
    workspace.commit({ label: 'x', kind: 'turn', now });
    workspace.remove('x');
    expect(workspace.commit({ label: 'none', kind: 'turn', now })?.changed).toEqual(['x']);
    expect(workspace.undo(now).changes).toMatchObject([{ path: 'x', change: 'written' }]);
  });

  it.each([
    ['  A timer\nwith a bell', 'A timer'],
    ['\r\n\n one\r\ntwo', 'one'],
    ['x'.repeat(120), 'x'.repeat(120)],
    ['x'.repeat(121), `${'x'.repeat(119)}…`],
    ['🦊'.repeat(121), `${'🦊'.repeat(119)}…`],
  ])('takes the first line as label, at most 120 characters', (prompt, label) => {
    const { workspace } = makeWorkspace({ x: '1' });
    expect(workspace.commit({ label: prompt, kind: 'turn', now })?.label).toBe(label);
  });
});

describe('undo and redo', () => {
  it('walk the line of an editor, each as a new version', () => {
    const { workspace } = makeWorkspace();
    expect(workspace.undoStep()).toBeNull();
    for (const name of ['A', 'B', 'C']) step(workspace, name);

    const undone = workspace.undo(10);
    expect(undone.version).toMatchObject({ version: 4, parent: 3, kind: 'undo', label: 'Undo: C', createdAt: 10 });
    expect(undone.version.changed).toEqual(['x']);
    expect(content(workspace)).toBe('B');
    expect(workspace.undo(11).version.label).toBe('Undo: B');
    expect(content(workspace)).toBe('A');
    expect(workspace.undoStep()).toBeNull();
    expect(problemThrownBy(() => workspace.undo(12)).code).toBe('nothing_to_undo');

    expect(workspace.redo(13).version).toMatchObject({ version: 6, kind: 'redo', label: 'Redo: B' });
    expect(content(workspace)).toBe('B');
    expect(workspace.redoStep()).not.toBeNull();
    expect(workspace.redo(14).version.label).toBe('Redo: C');
    expect(content(workspace)).toBe('C');
    expect(workspace.redoStep()).toBeNull();
    expect(problemThrownBy(() => workspace.redo(15)).code).toBe('nothing_to_redo');

    workspace.undo(16);
    workspace.undo(17);
    expect(content(workspace)).toBe('A');
    workspace.redo(18);
    expect(content(workspace)).toBe('B');
    expect(workspace.history()).toHaveLength(10);
  });

  it('forget what was undone once something new is made', () => {
    const { workspace } = makeWorkspace();
    for (const name of ['A', 'B', 'C']) step(workspace, name);
    workspace.undo(now);
    step(workspace, 'D');
    expect(workspace.redoStep()).toBeNull();
    expect(problemThrownBy(() => workspace.redo(now)).code).toBe('nothing_to_redo');
    workspace.undo(now);
    expect(content(workspace)).toBe('B');
    workspace.undo(now);
    expect(content(workspace)).toBe('A');
    workspace.redo(now);
    workspace.redo(now);
    expect(content(workspace)).toBe('D');
  });

  it('refuse before the first version and after it', () => {
    const { workspace } = makeWorkspace({ x: 'uncommitted' });
    for (const action of [() => workspace.undo(now), () => workspace.redo(now)]) {
      expect(problemThrownBy(action).code).toMatch(/^nothing_to_/);
    }
    expect(workspace.history()).toEqual([]);
    workspace.commit({ label: 'A', kind: 'turn', now });
    expect(problemThrownBy(() => workspace.undo(now)).code).toBe('nothing_to_undo');
    expect(problemThrownBy(() => workspace.redo(now)).code).toBe('nothing_to_redo');
  });

  it('lose nothing that no version held', () => {
    const { workspace } = makeWorkspace();
    step(workspace, 'A');
    workspace.write('x', bytes('by hand'));
    expect(workspace.undoStep()).not.toBeNull();
    const { saved, version } = workspace.undo(now);
    expect(saved).toMatchObject({ version: 2, kind: 'edit' });
    expect(version).toMatchObject({ version: 3, parent: 2 });
    expect(content(workspace)).toBe('A');
    workspace.redo(now);
    expect(content(workspace)).toBe('by hand');

    workspace.undo(now);
    workspace.write('x', bytes('other'));
    expect(workspace.redoStep()).toBeNull();
    expect(problemThrownBy(() => workspace.redo(now)).code).toBe('nothing_to_redo');
    expect(content(workspace)).toBe('other');
    expect(workspace.revert(1, now).saved).toMatchObject({ kind: 'edit' });
    expect(content(workspace)).toBe('A');
    workspace.undo(now);
    expect(content(workspace)).toBe('other');
  });
});

describe('revert', () => {
  it('brings the bytes back and removes files that came later; undo takes it back', () => {
    const { workspace } = makeWorkspace({ 'a.ts': '1', 'b/c.ts': '1' });
    workspace.commit({ label: 'First', kind: 'turn', now });
    workspace.write('a.ts', bytes('2'));
    workspace.remove('b/c.ts');
    workspace.write('b', bytes('now a file'));
    workspace.write('later.ts', bytes('1'));
    workspace.commit({ label: 'Second', kind: 'turn', now });
    const { version, changes, saved } = workspace.revert(1, now);
    expect(version).toMatchObject({ version: 3, parent: 2, kind: 'revert', label: 'Back to: First' });
    expect(version.changed).toEqual(['a.ts', 'b', 'b/c.ts', 'later.ts']);
    expect(saved).toBeNull();
    expect(changes.map(({ path, change }) => [path, change])).toEqual([
      ['b', 'deleted'],
      ['later.ts', 'deleted'],
      ['a.ts', 'written'],
      ['b/c.ts', 'written'],
    ]);
    expect(contents(workspace)).toEqual({ 'a.ts': '1', 'b/c.ts': '1' });
    workspace.undo(now);
    expect(contents(workspace)).toEqual({ 'a.ts': '2', b: 'now a file', 'later.ts': '1' });
    workspace.redo(now);
    expect(contents(workspace)).toEqual({ 'a.ts': '1', 'b/c.ts': '1' });
  });

  it('clears redo, and changes nothing where the files are those already', () => {
    const { workspace } = makeWorkspace();
    for (const name of ['A', 'B', 'C']) step(workspace, name);
    workspace.undo(now);
    expect(workspace.revert(2, now)).toMatchObject({ version: { version: 4 }, changes: [], saved: null });
    expect(workspace.redoStep()).not.toBeNull();
    workspace.revert(1, now);
    expect(workspace.redoStep()).toBeNull();
    expect(problemThrownBy(() => workspace.revert(9, now))).toEqual({
      code: 'not_found',
      detail: 'There is no version 9.',
    });
    expect(problemThrownBy(() => workspace.list(0)).code).toBe('not_found');
  });
});

describe('the cost of a version', () => {
  it('does not grow with the files that stayed as they were', () => {
    const { workspace, store } = makeWorkspace();
    const path = (index: number) => `src/${'deep/'.repeat(30)}${String(index).padStart(4, '0')}.ts`;
    for (let index = 0; index < 1000; index++) workspace.write(path(index), bytes(`${index}`));
    workspace.commit({ label: 'all', kind: 'turn', now });
    workspace.write(path(500), bytes('changed'));

    const writes = () => store.sql.exec<{ n: number }>('SELECT total_changes() AS n').one().n;
    const before = writes();
    expect(workspace.commit({ label: 'one', kind: 'turn', now })?.changed).toEqual([path(500)]);
    expect(writes() - before).toBeLessThanOrEqual(4);
    workspace.undo(now);
    expect(contents(workspace)[path(500)]).toBe('500');
    expect(writes() - before).toBeLessThanOrEqual(6);
  });
});

describe('collectGarbage', () => {
  it('deletes what neither a file nor a version has, and spares what others use', () => {
    const { workspace, store } = makeWorkspace();
    for (const name of ['draft 1', 'draft 2', 'A']) workspace.write('x', bytes(name));
    workspace.commit({ label: 'A', kind: 'turn', now });
    workspace.write('x', bytes('B'));
    const transcript = workspace.blobs.put('a long tool result');
    expect(workspace.quota.collectGarbage([transcript])).toBe(2);
    expect(workspace.blobs.getText(transcript)).toBe('a long tool result');
    expect(workspace.quota.collectGarbage()).toBe(1);
    expect(content(workspace)).toBe('B');
    expect(contents(workspace, 1)).toEqual({ x: 'A' });
    // The contents A and B, and the tree of version 1.
    expect(store.sql.exec<{ n: number }>('SELECT COUNT(*) AS n FROM blob').one().n).toBe(3);
  });
});
