import type { Draft } from '../../protocol/events.ts';
import type { VersionEntry } from '../../protocol/resources.ts';
import type { Workspace } from '../../workspace/workspace.ts';

/** The event of the version that the files are at: all that a page needs to go on without reading the project anew. */
export function versionEvent(
  workspace: Pick<Workspace, 'undoStep' | 'redoStep' | 'quota'>,
  entry: VersionEntry,
): Draft {
  const dropped = workspace.quota.takeGone();
  return {
    type: 'version',
    data: {
      ...entry,
      ...(dropped.length > 0 ? { dropped } : {}),
      undo: workspace.undoStep(),
      redo: workspace.redoStep(),
    },
  };
}
