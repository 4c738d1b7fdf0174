import type { Workspace } from './workspace.ts';

/** What Claude's tools need of a workspace. */
export type EditableFiles = Pick<Workspace, 'list' | 'read' | 'write' | 'remove' | 'rename' | 'isFolder'>;
