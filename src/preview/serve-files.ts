import type { BuildProblem } from './build-problem.ts';
import { readRange } from './byte-range.ts';
import { pageHtml, placeholderHtml } from './html-page.ts';
import type { ShelfManifest } from './library-shelf.ts';
import { isScript, mimeOf, scriptType } from './mime-types.ts';
import { digestParameter, moduleGraph } from './module-graph.ts';
import { extensionOf, isHidden, normalise, urlOf } from './paths.ts';
import { type PreviewFiles, readText } from './preview-files.ts';
import { readConfig } from './project-config.ts';
import { findFile } from './resolve-import.ts';
import { type LinkContext, type LinkedModule, linkModule, moduleUrl } from './rewrite-imports.ts';
import { isOrigin, securityHeaders } from './security-headers.ts';
import { hashText } from './text-digest.ts';
import type { TransformCache } from './transform-cache.ts';
import { parseModule } from './transform-source.ts';
import {
  aliasModule,
  cssModule,
  inlineModule,
  jsonModule,
  rawModule,
  styleSheet,
  workerModule,
} from './virtual-modules.ts';

/** The request headers that matter here, by lower-case name. Nothing else of a request may reach this room. */
const previewRequestHeaders = ['accept', 'if-none-match', 'range', 'sec-fetch-dest', 'service-worker'] as const;

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

/** What is found for a request, before it is a response. */
interface Found {
  type: string;
  body: Uint8Array | string;
  /** Strong entity tag without its quotes. */
  tag: string;
}

const htmlType = 'text/html; charset=utf-8';

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
export function servePreview(request: PreviewRequest, files: PreviewFiles, options: PreviewOptions): PreviewResponse {
  const { method, headers } = request;
  let keeping = 'no-cache';
  const answer = (status: number, body: PreviewResponse['body'], more: [string, string][] = []): PreviewResponse => ({
    status,
    headers: [...securityHeaders(options.frameAncestors), ['Cache-Control', keeping], ...more],
    body: method === 'HEAD' ? null : body,
  });
  const refuse = (status: number, sentence: string, more: [string, string][] = []) =>
    answer(status, `${sentence}\n`, [['Content-Type', 'text/plain; charset=utf-8'], ...more]);

  if (method !== 'GET' && method !== 'HEAD') return refuse(405, 'A preview serves files.', [['Allow', 'GET, HEAD']]);
  if (headers['service-worker'] !== undefined || headers['sec-fetch-dest'] === 'serviceworker') {
    return refuse(403, 'A preview has no service worker.');
  }
  const path = requestPath(request.path);
  if (path === null || path === '_redraw' || path.startsWith('_redraw/') || isHidden(path)) {
    return refuse(404, 'There is no such file.');
  }
  const context: LinkContext = {
    files,
    shelf: options.shelf,
    cache: options.cache,
    config: readConfig(files, options.cache),
  };
  const found = find(path, request, { ...context, check: laterChecks(context) }, options);
  if (!found) return refuse(404, 'There is no such file.');

  const tag = `"${found.tag}"`;
  // Asked for by what it is: that never changes.
  if (new URLSearchParams(request.search).get(digestParameter) === found.tag)
    keeping = 'private, max-age=31536000, immutable';
  const known: [string, string][] = [
    ['ETag', tag],
    ['Vary', 'Accept, Sec-Fetch-Dest'],
  ];
  const seen = headers['if-none-match']?.split(',').map((one) => one.trim().replace(/^W\//, ''));
  if (seen?.includes(tag) || seen?.includes('*')) return answer(304, null, known);
  const typed: [string, string][] = [...known, ['Content-Type', found.type]];
  if (typeof found.body === 'string') return answer(200, found.body, typed);
  const size = found.body.byteLength;
  const ranged: [string, string][] = [...typed, ['Accept-Ranges', 'bytes']];
  const range = readRange(headers.range, size);
  if (range === 'unsatisfiable') return refuse(416, 'The file is shorter.', [['Content-Range', `bytes */${size}`]]);
  if (range === null) return answer(200, found.body, ranged);
  const where = `bytes ${range.start}-${range.end - 1}/${size}`;
  return answer(206, found.body.subarray(range.start, range.end), [...ranged, ['Content-Range', where]]);
}

/** Looks into modules that are imported later, each once, and no more of them than an app that loads its pages one by one has. */
function laterChecks(context: LinkContext): (url: string) => BuildProblem[] {
  const known = new Map<string, BuildProblem[]>();
  return (url) => {
    const before = known.get(url);
    if (before || known.size > 50) return before ?? [];
    const { problems } = moduleGraph([url], [], context);
    known.set(url, problems);
    return problems;
  };
}

/** The workspace path of a URL path; null where it is none. A trailing slash stays. */
function requestPath(path: string): string | null {
  let decoded: string;
  try {
    decoded = decodeURIComponent(path);
  } catch {
    return null;
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused.
  if (/[\u0000-\u001f\\]/.test(decoded) || decoded.split('/').includes('..')) return null;
  const plain = normalise(decoded);
  return plain === null || plain === '' ? plain : plain + (decoded.endsWith('/') ? '/' : '');
}

function find(path: string, request: PreviewRequest, context: LinkContext, options: PreviewOptions): Found | null {
  const { files } = context;
  const dest = request.headers['sec-fetch-dest'];
  const published = path === '' ? null : `public/${path}`;
  if (published !== null && files.hash(published) !== null) {
    return extensionOf(path) === '.html' ? page(published, context, options) : raw(published, files);
  }
  if (path !== '' && files.hash(path) !== null) return file(path, request.search, dest, context, options);
  if (dest === 'script' || dest === 'worker' || dest === 'sharedworker') {
    const meant = findFile(files, path.replace(/\/$/, ''));
    return meant === null ? null : text(alias(meant, context).code, scriptType);
  }
  return wantsPage(path, request) ? anyPage(path, context, options) : null;
}

/** A navigation to a path that is no file: a page of a client-side router. */
function wantsPage(path: string, { headers }: PreviewRequest): boolean {
  if (path === '' || path.endsWith('.html')) return true;
  return extensionOf(path.replace(/\/$/, '')) === '' && /\btext\/html\b/.test(headers.accept ?? '');
}

function anyPage(path: string, context: LinkContext, options: PreviewOptions): Found | null {
  const folder = path.replace(/\/$/, '');
  const candidates = folder === '' ? [] : path.endsWith('.html') ? [] : [`${folder}.html`, `${folder}/index.html`];
  for (const candidate of [...candidates, 'index.html']) {
    if (path.endsWith('.html') && candidate !== path) continue;
    if (context.files.hash(candidate) !== null) return page(candidate, context, options);
  }
  if (path.endsWith('.html') && path !== 'index.html') return null;
  return text(placeholderHtml(context, bridgeSettings(options)), htmlType);
}

function bridgeSettings({ revision, frameAncestors }: PreviewOptions) {
  return { revision, parents: frameAncestors.filter(isOrigin) };
}

function page(path: string, context: LinkContext, options: PreviewOptions): Found | null {
  const html = readText(context.files, path);
  return html === null ? null : text(pageHtml(path, html, context, bridgeSettings(options)), htmlType);
}

function file(
  path: string,
  search: string,
  dest: string | undefined,
  context: LinkContext,
  options: PreviewOptions,
): Found | null {
  const flags = new URLSearchParams(search);
  const extension = extensionOf(path);
  const module = (made: LinkedModule | null) => made && text(made.code, scriptType);
  if (flags.has('raw')) return module(rawModule(path, context));
  if (flags.has('worker')) return module(workerModule(path));
  if (flags.has('inline')) {
    return module(extension === '.css' ? cssModule(path, context, { inject: false }) : inlineModule(path, context));
  }
  if (isScript(path)) return module(linkModule(path, context));
  if (extension === '.css') {
    if (flags.has('import')) return module(cssModule(path, context, { inject: true }));
    if (dest === 'script') return module(alias(path, context));
    const sheet = styleSheet(path, context);
    return sheet && text(sheet.css, mimeOf(path));
  }
  if (extension === '.json' && flags.has('import')) return module(jsonModule(path, context));
  if (flags.has('import') || flags.has('url') || dest === 'script') return module(alias(path, context));
  return extension === '.html' ? page(path, context, options) : raw(path, context.files);
}

/** A module under a URL that is not its own: its address came from the running app, or from a page. */
function alias(path: string, context: LinkContext): LinkedModule {
  const url = moduleUrl(path, '');
  const hasDefault = isScript(path)
    ? parseModule(path, context.files, context.config, context.cache)?.hasDefault === true
    : true;
  return aliasModule(url, hasDefault);
}

function text(body: string, type: string): Found {
  return { type, body, tag: hashText(body) };
}

function raw(path: string, files: PreviewFiles): Found | null {
  const body = files.read(path);
  return body && { type: mimeOf(path), body, tag: files.hash(path) ?? urlOf(path) };
}
