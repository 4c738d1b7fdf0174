import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ProblemError } from '../../src/protocol/problems.ts';
import { encodeTree } from '../../src/workspace/file-tree.ts';
import type { Workspace } from '../../src/workspace/workspace.ts';
import { longRun } from '../support/long-run.ts';
import { makeWorkspace } from './make-workspace.ts';

type Files = Map<string, string>;

/** The reference model of a workspace: maps of files, and an editor's undo history of them. */
class Model {
  files: Files = new Map();
  versions: Files[] = [];
  line: Files[] = [];
  at = -1;

  place(path: string): boolean {
    const paths = [...this.files.keys()];
    return !paths.some((other) => other.startsWith(`${path}/`) || path.startsWith(`${other}/`));
  }

  push(): boolean {
    const head = this.versions.at(-1);
    if (head ? same(head, this.files) : this.files.size === 0) return false;
    this.versions.push(new Map(this.files));
    this.line = [...this.line.slice(0, this.at + 1), new Map(this.files)];
    this.at = this.line.length - 1;
    return true;
  }

  move(to: Files): void {
    this.files = new Map(to);
    this.versions.push(new Map(to));
  }
}

const plain = (files: Files) => [...files].sort(([a], [b]) => (a < b ? -1 : 1));

const same = (a: Files, b: Files) => JSON.stringify(plain(a)) === JSON.stringify(plain(b));

const hex = (content: Uint8Array) => Buffer.from(content).toString('hex');

const filesOf = (workspace: Workspace, version?: number) =>
  plain(
    new Map(workspace.list(version).map(({ path }) => [path, hex(workspace.read(path, version) ?? new Uint8Array())])),
  );

/** Whether an action of the workspace succeeded. */
function went(action: () => unknown): boolean {
  try {
    action();
    return true;
  } catch (error) {
    if (error instanceof ProblemError) return false;
    throw error;
  }
}

const path = fc.constantFrom('a', 'a/b', 'a/b/c', 'a/d', 'e.ts', 'src/x.ts', 'src/y.ts', 'z');
const action = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('write' as const), path, content: fc.uint8Array({ maxLength: 3 }) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('remove' as const), path }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('rename' as const), path, to: path }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('commit' as const) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('undo' as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('redo' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('revert' as const), version: fc.integer({ min: 0, max: 8 }) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('collect' as const) }) },
);
type Action = typeof action extends fc.Arbitrary<infer T> ? T : never;

/** Applies an action to the model. @returns whether it succeeds */
function model(it: Model, next: Action): boolean {
  switch (next.kind) {
    case 'write':
      if (!it.place(next.path)) return false;
      it.files.set(next.path, hex(next.content));
      return true;
    case 'remove':
      return it.files.delete(next.path);
    case 'rename': {
      const content = it.files.get(next.path);
      if (content === undefined || it.files.has(next.to)) return false;
      it.files.delete(next.path);
      const free = it.place(next.to);
      it.files.set(free ? next.to : next.path, content);
      return free;
    }
    case 'commit':
      it.push();
      return true;
    case 'undo': {
      if (it.versions.length > 0) it.push();
      const before = it.line[it.at - 1];
      if (!before) return false;
      it.at--;
      it.move(before);
      return true;
    }
    case 'redo': {
      const head = it.versions.at(-1);
      const after = it.line[it.at + 1];
      if (!head || !after || !same(head, it.files)) return false;
      it.at++;
      it.move(after);
      return true;
    }
    case 'revert': {
      const target = it.versions[next.version - 1];
      if (!target) return false;
      it.push();
      const head = it.versions.at(-1);
      if (head && same(head, target)) return true;
      it.files = new Map(target);
      return it.push();
    }
    case 'collect':
      return true;
  }
}

function real(workspace: Workspace, next: Action): boolean {
  switch (next.kind) {
    case 'write':
      return went(() => workspace.write(next.path, next.content));
    case 'remove':
      return went(() => workspace.remove(next.path));
    case 'rename':
      return went(() => workspace.rename(next.path, next.to));
    case 'commit':
      return went(() => workspace.commit({ label: 'x', kind: 'turn', now: 1 }));
    case 'undo':
      return went(() => workspace.undo(1));
    case 'redo':
      return went(() => workspace.redo(1));
    case 'revert':
      return went(() => workspace.revert(next.version, 1));
    case 'collect':
      return went(() => workspace.quota.collectGarbage());
  }
}

it('does what the model does, byte for byte, in every sequence', () => {
  fc.assert(
    fc.property(fc.array(action, { maxLength: 40 }), (actions) => {
      const { workspace, store } = makeWorkspace();
      const expected = new Model();
      for (const next of actions) {
        const before = workspace.list();
        const through = real(workspace, next);
        expect(through).toBe(model(expected, next));
        if (!through) expect(workspace.list()).toEqual(before);
        expect(filesOf(workspace)).toEqual(plain(expected.files));
        const head = expected.versions.at(-1);
        const dirty = head ? !same(head, expected.files) : false;
        expect(workspace.undoStep() !== null).toBe(head !== undefined && (dirty || expected.at > 0));
        expect(workspace.redoStep() !== null).toBe(
          head !== undefined && !dirty && expected.at < expected.line.length - 1,
        );
      }
      expect(workspace.history().map(({ version }) => version)).toEqual(expected.versions.map((_, index) => index + 1));
      for (const [index, files] of expected.versions.entries()) {
        expect(filesOf(workspace, index + 1)).toEqual(plain(files));
      }

      workspace.quota.collectGarbage();
      const needed = new Set(workspace.list().map(({ hash }) => hash));
      const trees = new Set<string>();
      for (const { version } of workspace.history()) {
        const files = workspace.list(version);
        trees.add(encodeTree(new Map(files.map((file) => [file.path, file]))));
        for (const { hash } of files) needed.add(hash);
      }
      expect(store.sql.exec<{ n: number }>('SELECT COUNT(*) AS n FROM blob').one().n).toBe(needed.size + trees.size);
    }),
    longRun(300),
  );
});
