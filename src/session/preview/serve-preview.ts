import { shelf } from '../../preview/library-shelf.ts';
import { type PreviewRequest, type PreviewResponse, serveProjectFile } from '../../preview/serve-project-file.ts';
import type { TransformCache } from '../../preview/transform-cache.ts';
import type { Workspace } from '../../workspace/workspace.ts';
import type { MetaStore } from '../storage/session-meta.ts';
import type { PreviewReports } from './preview-reports.ts';

export interface ServeProjectPreviewDeps {
  meta: Pick<MetaStore, 'need'>;
  preview: Pick<PreviewReports, 'revision'>;
  transforms: TransformCache;
  workspace: Workspace;
}

/**
 * Answers a request on the preview's own host from the project's files.
 *
 * @param version null: the current files
 * @returns null where there is no such version
 */
export function serveProjectPreview(
  { meta, preview, transforms, workspace }: ServeProjectPreviewDeps,
  version: number | null,
  request: PreviewRequest,
): PreviewResponse | null {
  const at = version ?? undefined;
  if (at !== undefined && at > (workspace.head()?.version ?? 0)) return null;
  const files = {
    read: (path: string) => workspace.read(path, at),
    hash: (path: string) => workspace.hash(path, at),
    list: () => workspace.list(at),
  };
  return serveProjectFile(request, files, {
    // An older version is no revision: what a browser sees of it tells nothing of the current files.
    revision: version === null ? preview.revision : 0,
    frameAncestors: [meta.need('origin')],
    shelf,
    cache: transforms,
  });
}
