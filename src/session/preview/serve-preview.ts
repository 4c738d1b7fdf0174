import type { ProxyTarget } from '../../preview/app-server-proxy.ts';
import { type FileSnapshot, maxReadBytes } from '../../preview/file-snapshot.ts';
import { shelf } from '../../preview/library-shelf.ts';
import { pageWords } from '../../preview/page-words.ts';
import { type PreviewRequest, type PreviewResponse, serveProjectFile } from '../../preview/serve-project-file.ts';
import type { TransformCache } from '../../preview/transform-cache.ts';
import { acceptedLanguage } from '../../protocol/accept-language.ts';
import { ProblemError } from '../../protocol/problems.ts';
import type { FileEntry } from '../../protocol/resources.ts';
import type { Workspace } from '../../workspace/workspace.ts';
import type { MetaStore } from '../storage/session-meta.ts';
import type { PreviewReports } from './preview-reports.ts';

export interface ServeProjectPreviewDeps {
  meta: Pick<MetaStore, 'need'>;
  preview: Pick<PreviewReports, 'revision'>;
  transforms: TransformCache;
  workspace: Workspace;
  transfers: {
    /** The bytes of a file from `start` to `end`. @throws ProblemError `busy` */
    send(file: Pick<FileEntry, 'hash'>, start: number, end: number): Promise<ReadableStream<Uint8Array>> | Uint8Array;
  };
}

/** What is sent to the browser. */
export interface PreviewAnswer extends Pick<PreviewResponse, 'status' | 'headers'> {
  body: ReadableStream<Uint8Array> | Uint8Array | string | null;
  /** Bytes of a body that is not text; null for others. */
  length: number | null;
}

/** The files of a workspace as a preview reads them. @param at a version; undefined: the current files */
export function snapshotOf(workspace: Workspace, at?: number): FileSnapshot {
  return {
    read: (path) => {
      const entry = workspace.stat(path, at);
      return entry && entry.bytes <= maxReadBytes ? workspace.read(path, at) : null;
    },
    size: (path) => workspace.stat(path, at)?.bytes ?? 0,
    hash: (path) => workspace.hash(path, at),
    list: () => workspace.list(at),
  };
}

/**
 * Answers a request on the preview's own host from the project's files.
 *
 * @param version null: the current files
 * @returns null where there is no such version
 */
export async function serveProjectPreview(
  { meta, preview, transfers, transforms, workspace }: ServeProjectPreviewDeps,
  version: number | null,
  request: PreviewRequest,
): Promise<PreviewAnswer | null> {
  const at = version ?? undefined;
  if (at !== undefined && !workspace.isKept(at)) return null;
  const { body, ...answer } = serveProjectFile(request, snapshotOf(workspace, at), {
    // An older version is no revision: what a browser sees of it tells nothing of the current files.
    revision: version === null ? preview.revision : 0,
    frameAncestors: [meta.need('origin')],
    shelf,
    cache: transforms,
  });
  if (body === null || typeof body === 'string') return { ...answer, body, length: null };
  const { start, end } = body;
  try {
    return { ...answer, body: await transfers.send(body, start, end), length: end - start };
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return busyAnswer(request, answer, error);
  }
}

/**
 * Answers a request on the preview's own host: from the project's files, or by how its server is reached where that answers.
 *
 * @param sandbox name of the project's container
 * @param version null: the current files, or the project's server
 */
export function answerPreview(
  deps: ServeProjectPreviewDeps & { sandbox: { desiredServer: { port: number } | null; isServing: boolean } },
  sandbox: string,
  version: number | null,
  request: PreviewRequest,
): Promise<PreviewAnswer | null> | ProxyTarget {
  const { desiredServer, isServing } = deps.sandbox;
  if (version !== null || !desiredServer || !isServing) return serveProjectPreview(deps, version, request);
  const { meta, preview } = deps;
  return { sandbox, port: desiredServer.port, revision: preview.revision, frameAncestors: [meta.need('origin')] };
}

const typeOfFile = new Set(['content-type', 'etag', 'accept-ranges', 'content-range', 'cache-control']);

function busyAnswer(
  request: PreviewRequest,
  { headers }: Pick<PreviewResponse, 'headers'>,
  { fields }: ProblemError,
): PreviewAnswer {
  const { refusals } = pageWords[acceptedLanguage(request.headers['accept-language'])];
  return {
    status: 503,
    headers: [
      ...headers.filter(([name]) => !typeOfFile.has(name.toLowerCase())),
      ['Content-Type', 'text/plain; charset=utf-8'],
      ['Cache-Control', 'no-store'],
      ['Retry-After', String(fields.retryAfter)],
    ],
    body: `${refusals.busy(Number(fields.retryAfter))}\n`,
    length: null,
  };
}
