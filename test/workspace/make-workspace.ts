import { changedFilesStep } from '../../src/workspace/changed-paths.ts';
import { goneVersionsStep } from '../../src/workspace/gone-versions.ts';
import { uncountedBytesStep } from '../../src/workspace/kept-by-hand.ts';
import type { Retention } from '../../src/workspace/storage-quota.ts';
import { Workspace } from '../../src/workspace/workspace.ts';
import { workspaceTables } from '../../src/workspace/workspace-tables.ts';
import { nodeStore } from '../support/node-sql.ts';

export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

export const text = (content: Uint8Array | null): string | null => content && new TextDecoder().decode(content);

/** A new workspace with these files, and its store. */
export function makeWorkspace(files: Record<string, string> = {}, retention: Partial<Retention> = {}) {
  const store = nodeStore();
  store.sql.exec(workspaceTables + goneVersionsStep + changedFilesStep + uncountedBytesStep);
  const workspace = new Workspace(store, retention);
  for (const [path, content] of Object.entries(files)) workspace.write(path, bytes(content));
  return { store, workspace };
}

/** All files with their contents as text. */
export const contents = (workspace: Workspace, version?: number): Record<string, string | null> =>
  Object.fromEntries(workspace.list(version).map(({ path }) => [path, text(workspace.read(path, version))]));

/** The sentence and code of the error that `action` throws. */
export function problemThrownBy(action: () => unknown): { code: string; detail: string } {
  try {
    action();
  } catch (error) {
    const { code, detail } = error as { code: string; detail: string };
    return { code, detail };
  }
  throw new Error('Nothing was thrown.');
}
