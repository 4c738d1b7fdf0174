import { shelf } from '../../preview/library-shelf.ts';
import { type PreviewRequest, type PreviewResponse, serveProjectFile } from '../../preview/serve-project-file.ts';
import type { SessionContext } from '../session-context.ts';

/**
 * Answers a request on the preview's own host from the workspace.
 *
 * @param version null: the files as they are
 * @returns null where there is no such version
 */
export function previewOf(
  parts: SessionContext,
  version: number | null,
  request: PreviewRequest,
): PreviewResponse | null {
  const { meta, preview, transforms, workspace } = parts;
  const at = version ?? undefined;
  if (at !== undefined && at > (workspace.head()?.version ?? 0)) return null;
  const files = {
    read: (path: string) => workspace.read(path, at),
    hash: (path: string) => workspace.hash(path, at),
    list: () => workspace.list(at),
  };
  return serveProjectFile(request, files, {
    revision: preview.revision,
    frameAncestors: [meta.need('origin')],
    shelf,
    cache: transforms,
  });
}
