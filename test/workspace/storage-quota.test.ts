import { expect, it } from 'vitest';
import { sha256Hex } from '../../src/workspace/blob-store.ts';
import { makeWorkspace, problemThrownBy } from './make-workspace.ts';

const kib = 1024;
const noise = (seed: number, length = 20 * kib) =>
  new Uint8Array(length).map((_, at) => (at * at * 7919 + seed * 31) >> 5);

/** Bytes of a database in which nothing is yet. */
const empty = makeWorkspace().store.sql.databaseSize;

/** A workspace that may keep `room` bytes above what an empty one takes. */
function lab(room = 100 * kib, usedElsewhere: () => string[] = () => []) {
  const limit = empty + room;
  const made = makeWorkspace({}, { limit, usedElsewhere });
  let now = 0;
  const version = (n: number, path = 'film.bin') => {
    made.workspace.write(path, noise(n));
    return made.workspace.commit({ label: `${n}`, kind: 'edit', now: ++now });
  };
  const gone = () => made.workspace.history().flatMap((entry) => (entry.gone ? [entry.version] : []));
  const isWithin = () => made.store.sql.databaseSize <= limit;
  return { ...made, version, gone, isWithin };
}

/** An upload as a session takes it: it arrives, then it is placed as a version of its own. */
function upload(
  { workspace, store }: Pick<ReturnType<typeof lab>, 'workspace' | 'store'>,
  path: string,
  body: Uint8Array,
) {
  const staged = workspace.blobs.stage();
  try {
    const check = workspace.quota.arrival(path, staged);
    for (let at = 0; at < body.byteLength; at += 64 * kib) if (staged.push(body.subarray(at, at + 64 * kib))) check();
    const content = staged.finish();
    const release = workspace.blobs.hold([content.hash]);
    store.transactionSync(() => {
      workspace.place(path, content);
      workspace.commit({ label: path, kind: 'edit', now: 1 });
      workspace.quota.enforce();
    });
    release();
  } finally {
    staged.discard();
  }
}

/** An upload of which nothing has arrived yet. */
function arrival(workspace: ReturnType<typeof lab>['workspace'], n: number, path: string) {
  const staged = workspace.blobs.stage();
  return { n, staged, check: workspace.quota.arrival(path, staged) };
}

it('one path written 12 times keeps below the limit: the oldest versions lose their files, undo works', () => {
  const { version, workspace, gone, isWithin } = lab();
  for (let n = 1; n <= 12; n++) {
    version(n);
    expect(isWithin()).toBe(true);
  }
  expect(workspace.history().map((entry) => entry.version)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  expect(gone().length).toBeGreaterThanOrEqual(8);
  expect(gone()).toEqual(gone().map((_, at) => at + 1));
  expect(problemThrownBy(() => workspace.list(1))).toEqual({
    code: 'not_found',
    detail: 'Version 1 is not kept any more.',
  });
  expect(problemThrownBy(() => workspace.revert(1, 20)).code).toBe('not_found');
  workspace.undo(21);
  expect(workspace.hash('film.bin')).toBe(sha256Hex(noise(11)));
  workspace.redo(22);
  expect(workspace.hash('film.bin')).toBe(sha256Hex(noise(12)));
});

it('what leads nowhere any more is not offered: undo ends where versions are gone', () => {
  const { version, workspace } = lab(50 * kib);
  for (let n = 1; n <= 4; n++) version(n);
  expect(workspace.undoStep()).toEqual({ label: '4', version: 4 });
  workspace.undo(10);
  expect(workspace.undoStep()).toBeNull();
  expect(problemThrownBy(() => workspace.undo(11)).code).toBe('nothing_to_undo');
});

it('a version whose files a younger one has too is not gone, and can be gone back to', () => {
  const { version, workspace, gone } = lab(80 * kib);
  for (let n = 1; n <= 3; n++) version(n);
  workspace.revert(1, 50);
  expect(workspace.hash('film.bin')).toBe(sha256Hex(noise(1)));
  version(5);
  version(6);
  expect(gone()).not.toContain(6);
  expect(gone()).toEqual([2, 3]);
  workspace.revert(1, 60);
  expect(workspace.hash('film.bin')).toBe(sha256Hex(noise(1)));
});

it('versions with the same files lose them together', () => {
  const { version, workspace, gone } = lab(80 * kib);
  version(1);
  version(2);
  workspace.undo(20);
  for (let n = 4; n <= 9; n++) {
    version(n);
    expect(gone().includes(1)).toBe(gone().includes(3));
  }
  expect(gone()).toContain(3);
});

it('tells each version that has lost its files once', () => {
  const { version, workspace, gone } = lab(80 * kib);
  for (let n = 1; n <= 5; n++) version(n);
  const told = workspace.quota.takeGone();
  expect(told.length).toBeGreaterThan(0);
  expect(told).toEqual(gone());
  expect(workspace.quota.takeGone()).toEqual([]);
  expect(gone()).toEqual(told);
  for (let n = 6; n <= 9; n++) version(n);
  expect([...told, ...workspace.quota.takeGone()]).toEqual(gone());
});

it('drafts of a turn that no version has go before any version does', () => {
  const { version, workspace, gone, isWithin } = lab();
  version(1);
  for (let n = 2; n <= 12; n++) workspace.write('film.bin', noise(n));
  expect(isWithin()).toBe(true);
  workspace.commit({ label: 'turn', kind: 'turn', now: 1 });
  expect(gone()).toEqual([]);
  workspace.undo(2);
  expect(workspace.hash('film.bin')).toBe(sha256Hex(noise(1)));
});

it('a draft is replaced by one of its size where there is no room for both', () => {
  const { workspace, isWithin } = lab(110 * kib);
  workspace.write('film.bin', noise(1, 60 * kib));
  workspace.write('film.bin', noise(2, 60 * kib));
  expect(workspace.hash('film.bin')).toBe(sha256Hex(noise(2, 60 * kib)));
  expect(isWithin()).toBe(true);
});

it('refuses what does not fit even so, with what to do, and loses nothing', () => {
  const { store, version, workspace } = lab();
  for (let n = 1; n <= 3; n++) version(n, `${n}.bin`);
  const state = () => ({ files: workspace.list(), size: store.sql.databaseSize, history: workspace.history() });
  const before = state();
  expect(problemThrownBy(() => workspace.write('large.bin', noise(9, 60 * kib)))).toEqual({
    code: 'payload_too_large',
    detail: expect.stringContaining('delete large files, or go on in a new project'),
  });
  expect(state()).toEqual(before);
  workspace.write('small.txt', noise(1, 10));
  // Deleted files are kept by their version, until there is need of the room.
  for (let n = 1; n <= 3; n++) workspace.remove(`${n}.bin`);
  workspace.commit({ label: 'smaller', kind: 'turn', now: 5 });
  workspace.write('large.bin', noise(9, 60 * kib));
});

it('a content that several versions or others have stays as long as one of them is kept', () => {
  const used: string[] = [];
  const { version, workspace, gone } = lab(110 * kib, () => used);
  version(1, 'logo.png');
  used.push(workspace.hash('logo.png') ?? '');
  version(2, 'shared.bin');
  workspace.remove('logo.png');
  for (let n = 3; n <= 9; n++) version(n);
  expect(gone()).toContain(1);
  expect(workspace.blobs.get(used[0] ?? '')).toEqual(noise(1));
  expect(workspace.hash('shared.bin')).toBe(sha256Hex(noise(2)));
});

it('what is being read is not dropped under the reader, and goes afterwards', () => {
  const { version, workspace, isWithin } = lab(120 * kib);
  version(1, 'film.png');
  const { pieces, release } = workspace.exportZip();
  for (let n = 2; n <= 8; n++) version(n, 'film.png');
  expect([...pieces].reduce((sum, { byteLength }) => sum + byteLength, 0)).toBeGreaterThan(19 * kib);
  release();
  expect(workspace.quota.collectGarbage()).toBe(1);
  expect(isWithin()).toBe(true);
});

it('what is kept beside the files counts: it makes old versions go, and is not refused itself', () => {
  const { store, version, workspace, gone, isWithin } = lab(110 * kib);
  store.sql.exec('CREATE TABLE log (text TEXT)');
  for (let n = 1; n <= 3; n++) version(n);
  expect(gone()).toEqual([]);
  for (let n = 0; n < 12; n++) store.sql.exec('INSERT INTO log VALUES (?)', 'x'.repeat(4 * kib));
  workspace.quota.enforceIfPossible();
  expect(gone()).toEqual([1]);
  expect(isWithin()).toBe(true);
  for (let n = 0; n < 30; n++) store.sql.exec('INSERT INTO log VALUES (?)', 'x'.repeat(4 * kib));
  workspace.quota.enforceIfPossible();
  expect(workspace.hash('film.bin')).toBe(sha256Hex(noise(3)));
});

it('an upload that is not finished costs no version its files, however it ends', () => {
  const mib = 1024 * kib;
  const { store, workspace, gone } = lab(8 * mib);
  for (let n = 1; n <= 3; n++) upload({ workspace, store }, 'film.bin', noise(n, 2 * mib));
  const before = { history: workspace.history(), files: workspace.list() };
  const staged = workspace.blobs.stage();
  const check = workspace.quota.arrival('other.bin', staged);
  for (let n = 0; n < 4; n++) if (staged.push(noise(n, mib))) check();
  staged.discard();
  expect({ history: workspace.history(), files: workspace.list() }).toEqual(before);
  expect(gone()).toEqual([]);
  upload({ workspace, store }, 'other.bin', noise(9, 4 * mib));
  expect(gone()).not.toEqual([]);
  expect(workspace.hash('other.bin')).toBe(sha256Hex(noise(9, 4 * mib)));
});

it('an upload may take the place of a file where there is no room for both', () => {
  const mib = 1024 * kib;
  const { store, workspace, gone, isWithin } = lab(7 * mib);
  for (let n = 1; n <= 4; n++) upload({ workspace, store }, 'film.bin', noise(n, 5 * mib));
  expect(workspace.hash('film.bin')).toBe(sha256Hex(noise(4, 5 * mib)));
  expect(gone()).toEqual([1, 2, 3]);
  expect(isWithin()).toBe(true);
  expect(problemThrownBy(() => upload({ workspace, store }, 'second.bin', noise(5, 5 * mib))).code).toBe(
    'payload_too_large',
  );
  expect(workspace.list().map(({ path }) => path)).toEqual(['film.bin']);
});

it('uploads at the same time exceed the limit by one file at the most, and none of them lasts', () => {
  const mib = 1024 * kib;
  const { store, workspace } = lab(70 * mib);
  for (let n = 1; n <= 3; n++) upload({ workspace, store }, 'film.bin', noise(n, 20 * mib));
  const size = store.sql.databaseSize;
  const arriving = [1, 2, 3].map((n) => arrival(workspace, n, 'b.bin'));
  const pieces = () => {
    for (let at = 0; at < 19; at++)
      for (const { n, staged, check } of arriving) if (staged.push(noise(n * 20 + at, mib))) check();
  };
  expect(problemThrownBy(pieces).code).toBe('busy');
  expect(store.sql.databaseSize).toBeLessThan(empty + 93 * mib);
  for (const { staged } of arriving) staged.discard();
  expect(store.sql.databaseSize).toBeLessThan(size + 16 * kib);
  expect(workspace.history().some(({ gone }) => gone)).toBe(false);
});

it.each([
  ['the same file', 'film.bin', 24],
  ['another file', 'second.bin', 45],
])('what others have under way is no reason to say that %s does not fit', (_, path, limit) => {
  const mib = 1024 * kib;
  const { store, workspace } = lab(limit * mib);
  upload({ workspace, store }, 'film.bin', noise(1, 20 * mib));
  const arriving = [1, 2].map((n) => arrival(workspace, n, path));
  const pieces = () => {
    for (let at = 0; at < 20; at++)
      for (const { n, staged, check } of arriving) if (staged.push(noise(n * 20 + at, mib))) check();
  };
  expect(problemThrownBy(pieces).code).toBe('busy');
  const [first, second] = arriving;
  second?.staged.discard();
  const goesOn = () => {
    for (let at = 0; (first?.staged.bytes ?? 0) < 20 * mib; at++) if (first?.staged.push(noise(at, mib))) first.check();
  };
  expect(goesOn).not.toThrow();
});
