import { discardBody } from '../async/discard-body.ts';
import { limits } from '../protocol/limits.ts';
import type { VersionEntry } from '../protocol/resources.ts';
import type { FileChange } from '../workspace/file-tree.ts';
import type { StoredContent } from '../workspace/staged-blob.ts';
import { editLabel } from '../workspace/version-label.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { versionEvent } from './events/version-event.ts';
import type { SessionContext } from './session-context.ts';

/** A move among the versions of a project. A number: revert to that version. */
export type VersionMove = 'undo' | 'redo' | { version: number };

/**
 * Undo, redo and revert each commit a new version. `now` in UNIX milliseconds.
 *
 * @returns the current version after it
 * @throws ProblemError `nothing_to_undo`, `nothing_to_redo`, `not_found` where there is no such version, or `payload_too_large`
 */
export function moveVersion(context: SessionContext, how: VersionMove, now: number): number {
  const { workspace } = context;
  const move = context.storage.transactionSync(() => {
    const moved = moveIn(workspace, how, now);
    // Each move leaves a version and its events, however often they are repeated.
    workspace.quota.enforce();
    return moved;
  });
  if (move.saved) emitVersion(context, move.saved, []);
  if (move.changes.length > 0) emitVersion(context, move.version, move.changes);
  return move.version.version;
}

function moveIn(workspace: Workspace, how: VersionMove, now: number) {
  if (how === 'undo') return workspace.undo(now);
  return how === 'redo' ? workspace.redo(now) : workspace.revert(how.version, now);
}

export interface ReceiveFileDeps {
  /** The project, or a throw where it takes no change now: asked again once the file has arrived. */
  context(): SessionContext;
  /** Counts the file against what may come from its address. @throws ProblemError */
  count(): Promise<void>;
  /** As `FileTransfers.receive` has it. */
  confirm(): Promise<void>;
}

/**
 * Receives a file that the visitor edited or uploaded, and writes it as a version of its own. What is refused is read to its end all the same.
 *
 * @returns the current version after it
 * @throws ProblemError `invalid_request` (path) or `payload_too_large`
 */
export async function receiveFile(
  { context, count, confirm }: ReceiveFileDeps,
  path: string,
  body: ReadableStream<Uint8Array> | null,
  login: string | null,
): Promise<number> {
  try {
    context();
    await count();
    const { content, release } = await context().transfers.receive(path, body, login, confirm);
    try {
      return putFile(context(), path, content, Date.now());
    } finally {
      release();
    }
  } catch (error) {
    await discardBody(body, 2 * limits.fileBytes);
    throw error;
  }
}

/** Writes a file as a version of its own. `now` in UNIX milliseconds. */
function putFile(context: SessionContext, path: string, content: StoredContent, now: number): number {
  const { workspace } = context;
  const existed = workspace.stat(path) !== null;
  const { change, version } = context.storage.transactionSync(() => {
    const change = workspace.place(path, content);
    const label = editLabel(change.path, !existed);
    const version = workspace.commit({ label, kind: 'edit', now });
    // After the commit: what it replaces is then an old version, and may go.
    workspace.quota.enforce();
    return { change, version };
  });
  if (version) emitVersion(context, version, [change]);
  return version?.version ?? workspace.head()?.version ?? 0;
}

/** Emits a new version with the file changes that it brings, and reloads the preview where there are any. */
function emitVersion(context: SessionContext, entry: VersionEntry, changes: FileChange[]): void {
  // Outside a turn, file events have an empty turn id.
  context.log.emitFiles(
    changes.map((change) => ({ type: 'file', data: { turn: '', ...change } })),
    null,
  );
  context.log.emit(versionEvent(context.workspace, entry), null);
  if (changes.length > 0) context.preview.reload();
  context.meta.set({ updated_at: String(entry.createdAt) });
}
