import type { Workspace } from './workspace.ts';

/** The part of a workspace that Claude's tools use. */
export type EditableFiles = Pick<Workspace, 'list' | 'read' | 'write' | 'remove' | 'rename' | 'isFolder'>;
