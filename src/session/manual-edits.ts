import type { VersionEntry } from '../protocol/resources.ts';
import type { FileChange } from '../workspace/file-tree.ts';
import type { SessionContext } from './session-context.ts';

/** Where the visitor moves among the versions. */
export type VersionMove = 'undo' | 'redo' | { version: number };

/**
 * Undo, redo and revert: a new version forward. `now` in UNIX milliseconds.
 *
 * @returns the version that the files stand at
 * @throws ProblemError `nothing_to_undo`, `nothing_to_redo`, or `not_found` where there is no such version
 */
export function moveVersion(parts: SessionContext, how: VersionMove, now: number): number {
  const { workspace } = parts;
  const move = parts.storage.transactionSync(() => {
    if (how === 'undo') return workspace.undo(now);
    return how === 'redo' ? workspace.redo(now) : workspace.revert(how.version, now);
  });
  if (move.saved) tellVersion(parts, move.saved, []);
  if (move.changes.length > 0) tellVersion(parts, move.version, move.changes);
  return move.version.version;
}

/**
 * An edit by hand or an upload: a version of its own. `now` in UNIX milliseconds.
 *
 * @returns the version that the files stand at
 * @throws ProblemError `invalid_request` (path) or `payload_too_large`
 */
export function putFile(parts: SessionContext, path: string, bytes: Uint8Array, now: number): number {
  const { workspace } = parts;
  const existed = workspace.stat(path) !== null;
  const { change, version } = parts.storage.transactionSync(() => {
    const written = workspace.write(path, bytes);
    const label = `${existed ? 'Edit' : 'Add'} ${written.path}`;
    return { change: written, version: workspace.commit({ label, kind: 'edit', now }) };
  });
  if (version) tellVersion(parts, version, [change]);
  return version?.version ?? workspace.head()?.version ?? 0;
}

function tellVersion(parts: SessionContext, entry: VersionEntry, changes: FileChange[]): void {
  // Files that change outside a turn carry no turn's id.
  for (const change of changes) parts.log.emit({ type: 'file', data: { turn: '', ...change } }, null);
  const { version, parent, label, changed } = entry;
  parts.log.emit({ type: 'version', data: { version, parent, label, changed } }, null);
  if (changes.length > 0) parts.preview.reload();
  parts.meta.set({ updated_at: String(entry.createdAt) });
}
