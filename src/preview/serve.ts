import type { TransformCache } from './cache.ts';
import type { PreviewFiles } from './files.ts';
import type { ShelfManifest } from './shelf.ts';

/** The request headers that matter here, by lower-case name. Nothing else of a request may reach this room. */
export const previewRequestHeaders = ['accept', 'if-none-match', 'range', 'sec-fetch-dest', 'service-worker'] as const;

export interface PreviewRequest {
  method: string;
  /** As in the URL, percent-encoded, beginning with `/`. */
  path: string;
  /** With its `?`, or empty. */
  search: string;
  headers: Partial<Record<(typeof previewRequestHeaders)[number], string>>;
}

export interface PreviewOptions {
  /** The revision that these files are. The bridge repeats it in its report. */
  revision: number;
  /** Origins that may frame the preview: Redraw's and its embedders'. */
  frameAncestors: readonly string[];
  shelf: ShelfManifest;
  cache: TransformCache;
}

export interface PreviewResponse {
  status: number;
  headers: [string, string][];
  body: Uint8Array | string | null;
}

/** Picks from a request what `servePreview` may see. */
export function previewRequest(request: Request): PreviewRequest {
  const { pathname, search } = new URL(request.url);
  const headers: PreviewRequest['headers'] = {};
  for (const name of previewRequestHeaders) {
    const value = request.headers.get(name);
    if (value !== null) headers[name] = value;
  }
  return { method: request.method, path: pathname, search, headers };
}

/** Answers one request of a previewed app from the files of its workspace. Never throws for what the app's files hold. */
export function servePreview(
  _request: PreviewRequest,
  _files: PreviewFiles,
  _options: PreviewOptions,
): PreviewResponse {
  return { status: 404, headers: [], body: null };
}
