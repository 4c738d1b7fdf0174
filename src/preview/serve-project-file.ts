import { acceptedLanguage, type Language } from '../protocol/accept-language.ts';
import type { BuildProblem } from './build-problem.ts';
import { parseByteRange } from './byte-range.ts';
import { type FilePart, type FileSnapshot, isTooLarge, readText } from './file-snapshot.ts';
import { bridgeTag, renderPage } from './html-page.ts';
import type { ShelfManifest } from './library-shelf.ts';
import { isScript, mimeType, scriptType } from './mime-types.ts';
import { findMissingPage, missingPageDocument, missingPageText } from './missing-page.ts';
import { digestParameter, moduleGraph } from './module-graph.ts';
import { pageWords } from './page-words.ts';
import { extensionOf, isHidden, resolveDots } from './paths.ts';
import { readProjectConfig } from './project-config.ts';
import { findFile } from './resolve-import.ts';
import { type BrowserModule, type ModuleContext, moduleUrl, newGlobBudget, rewriteImports } from './rewrite-imports.ts';
import { isOrigin, securityHeaders } from './security-headers.ts';
import { refuseServiceWorker } from './service-worker-refusal.ts';
import { textDigest } from './text-digest.ts';
import type { TransformCache } from './transform-cache.ts';
import { needsTransform, transformSource } from './transform-source.ts';
import {
  aliasModule,
  cssModule,
  inlineModule,
  jsonModule,
  rawModule,
  styleSheet,
  tooLargeModule,
  workerModule,
} from './virtual-modules.ts';

/** The only request headers that reach the preview, by lower-case name. */
const keptHeaders = [
  'accept',
  'accept-language',
  'if-none-match',
  'if-range',
  'range',
  'sec-fetch-dest',
  'service-worker',
] as const;

export interface PreviewRequest {
  method: string;
  /** Percent-encoded, beginning with `/`. */
  path: string;
  /** Begins with `?`, or is empty. */
  search: string;
  headers: Partial<Record<(typeof keptHeaders)[number], string>>;
}

export interface ServeOptions {
  /** The revision of the files. The bridge repeats it in its report. */
  revision: number;
  /** Origins that may frame the preview: Redraw's and its embedders'. */
  frameAncestors: readonly string[];
  shelf: ShelfManifest;
  cache: TransformCache;
}

export interface PreviewResponse {
  status: number;
  headers: [string, string][];
  /** A part of a file is read by who sends it. */
  body: FilePart | string | null;
}

/** The representation that a request selects (RFC 9110, 3.2), before it becomes a response. */
interface Representation {
  type: string;
  body: FilePart | string;
  /** Strong entity tag without its quotes. */
  tag: string;
  /** Set where the request chose among languages. */
  language?: Language;
}

const htmlType = 'text/html; charset=utf-8';

/** Reduces a request to the parts that {@link serveProjectFile} may see. */
export function toPreviewRequest(request: Request): PreviewRequest {
  const { pathname, search } = new URL(request.url);
  const headers: PreviewRequest['headers'] = {};
  for (const name of keptHeaders) {
    const value = request.headers.get(name);
    if (value !== null) headers[name] = value;
  }
  return { method: request.method, path: pathname, search, headers };
}

/**
 * Answers one request of a previewed app, such as `/src/App.tsx`, from the files of its workspace. Never throws, whatever the files
 * hold. A project with a server of its own is answered in `app-server-proxy.ts` instead.
 */
export function serveProjectFile(request: PreviewRequest, files: FileSnapshot, options: ServeOptions): PreviewResponse {
  const { method, headers } = request;
  let cacheControl = 'no-cache';
  const answer = (status: number, body: PreviewResponse['body'], more: [string, string][]): PreviewResponse => ({
    status,
    headers: [...securityHeaders(options.frameAncestors), ['Cache-Control', cacheControl], ...more],
    body: method === 'HEAD' ? null : body,
  });
  const { file: noFile } = pageWords[acceptedLanguage(headers['accept-language'])].refusals;
  const refuse = (status: number, sentence: string, more: [string, string][] = []) =>
    answer(status, `${sentence}\n`, [['Content-Type', 'text/plain; charset=utf-8'], ...more]);

  if (method !== 'GET' && method !== 'HEAD') return refuse(405, 'A preview serves files.', [['Allow', 'GET, HEAD']]);
  const serviceWorker = refuseServiceWorker((name) => headers[name]);
  if (serviceWorker) return refuse(serviceWorker.status, serviceWorker.sentence);
  const path = requestPath(request.path);
  if (path === null || path === '_redraw' || path.startsWith('_redraw/') || isHidden(path)) {
    return refuse(404, noFile);
  }
  const context: ModuleContext = {
    files,
    shelf: options.shelf,
    cache: options.cache,
    config: readProjectConfig(files, options.cache),
    globBudget: newGlobBudget(),
  };
  const representation = findRepresentation(
    path,
    request,
    { ...context, checkDynamicImport: dynamicImportChecks(context) },
    options,
  );
  if (!representation) return refuse(404, noFile);

  const tag = `"${representation.tag}"`;
  // The URL contains the content's digest, so the answer never changes.
  if (new URLSearchParams(request.search).get(digestParameter) === representation.tag)
    cacheControl = 'private, max-age=31536000, immutable';
  const validators: [string, string][] = [
    ['ETag', tag],
    ['Vary', 'Accept, Sec-Fetch-Dest'],
  ];
  if (representation.language)
    validators.push(['Vary', 'Accept-Language'], ['Content-Language', representation.language]);
  const knownTags = headers['if-none-match']?.split(',').map((one) => one.trim().replace(/^W\//, ''));
  if (knownTags?.includes(tag) || knownTags?.includes('*')) return answer(304, null, validators);
  const typedHeaders: [string, string][] = [...validators, ['Content-Type', representation.type]];
  if (typeof representation.body === 'string') return answer(200, representation.body, typedHeaders);
  const size = representation.body.end;
  const rangeHeaders: [string, string][] = [...typedHeaders, ['Accept-Ranges', 'bytes']];
  // A part of another file than the one that its reader has begun would not fit it (RFC 9110, 13.1.5 and 14.2).
  const isPartial = method === 'GET' && (headers['if-range'] ?? tag) === tag;
  const range = parseByteRange(isPartial ? headers.range : undefined, size);
  if (range === 'unsatisfiable') return refuse(416, 'The file is shorter.', [['Content-Range', `bytes */${size}`]]);
  if (range === null) return answer(200, representation.body, rangeHeaders);
  const contentRange = `bytes ${range.start}-${range.end - 1}/${size}`;
  return answer(206, { ...representation.body, ...range }, [...rangeHeaders, ['Content-Range', contentRange]]);
}

/** Checks dynamically imported modules, each once; 50 of them are enough for an app that loads its pages lazily. */
function dynamicImportChecks(context: ModuleContext): (url: string) => BuildProblem[] {
  const checked = new Map<string, BuildProblem[]>();
  return (url) => {
    const earlier = checked.get(url);
    if (earlier || checked.size >= 50) return earlier ?? [];
    const { problems } = moduleGraph([url], [], context);
    checked.set(url, problems);
    return problems;
  };
}

/** The workspace path of a URL path, with its trailing slash; null where there is none. */
function requestPath(path: string): string | null {
  let decoded: string;
  try {
    decoded = decodeURIComponent(path);
  } catch {
    return null;
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused.
  if (/[\u0000-\u001f\\]/.test(decoded) || decoded.split('/').includes('..')) return null;
  const plain = resolveDots(decoded);
  return plain && plain + (decoded.endsWith('/') ? '/' : '');
}

function findRepresentation(
  path: string,
  request: PreviewRequest,
  context: ModuleContext,
  options: ServeOptions,
): Representation | null {
  const { files } = context;
  const dest = request.headers['sec-fetch-dest'];
  const publicPath = `public/${path}`;
  if (files.hash(publicPath) !== null) {
    return extensionOf(path) === '.html' ? htmlPage(publicPath, context, options) : rawFile(publicPath, files);
  }
  if (files.hash(path) !== null) return projectFile(path, request.search, dest, context, options);
  if (dest === 'script' || dest === 'worker' || dest === 'sharedworker') {
    const scriptPath = findFile(files, path.replace(/\/$/, ''));
    return scriptPath === null ? null : textRepresentation(aliasOf(scriptPath, context).code, scriptType);
  }
  if (!wantsPage(path, request)) return null;
  const page = routedPage(path, files);
  return page === null ? missingPage(request, context, options) : htmlPage(page, context, options);
}

/** Whether a request is a navigation to a path without a file: a page of a client-side router. */
function wantsPage(path: string, { headers }: PreviewRequest): boolean {
  if (path === '' || path === 'index.html') return true;
  return extensionOf(path.replace(/\/$/, '')) === '' && /\btext\/html\b/.test(headers.accept ?? '');
}

/** The page of the app that a path without a file of its own leads to, or null. */
function routedPage(path: string, files: FileSnapshot): string | null {
  const folder = path.replace(/\/$/, '');
  // At the root, the first candidate would be the hidden file `.html`.
  const candidates = folder === '' ? [] : [`${folder}.html`, `${folder}/index.html`];
  return [...candidates, 'index.html'].find((one) => files.hash(one) !== null) ?? null;
}

/**
 * What is said where a navigation in the preview leads to no page of the project's; null where it leads to one.
 *
 * @param path as in a browser's location: query and fragment may follow
 */
export function missingPageAt(path: string, files: FileSnapshot): string | null {
  const asked = requestPath(path.split(/[?#]/, 1)[0] ?? '');
  if (asked === null || files.hash(asked) !== null || files.hash(`public/${asked}`) !== null) return null;
  return routedPage(asked, files) === null ? missingPageText(findMissingPage(files)) : null;
}

function missingPage({ headers }: PreviewRequest, context: ModuleContext, options: ServeOptions): Representation {
  const language = acceptedLanguage(headers['accept-language']);
  const head = bridgeTag(context.shelf, bridgeSettings(options));
  const document = missingPageDocument(findMissingPage(context.files), language, head);
  return { ...textRepresentation(document, htmlType), language };
}

function bridgeSettings({ revision, frameAncestors }: ServeOptions) {
  return { revision, parents: frameAncestors.filter(isOrigin) };
}

function htmlPage(path: string, context: ModuleContext, options: ServeOptions): Representation {
  if (isTooLarge(context.files, path)) return rawFile(path, context.files);
  const html = readText(context.files, path) ?? '';
  return textRepresentation(renderPage(path, html, context, bridgeSettings(options)), htmlType);
}

function projectFile(
  path: string,
  search: string,
  dest: string | undefined,
  context: ModuleContext,
  options: ServeOptions,
): Representation | null {
  const flags = new URLSearchParams(search);
  const extension = extensionOf(path);
  const module = (made: BrowserModule | null) => made && textRepresentation(made.code, scriptType);
  if (flags.has('worker')) return module(workerModule(path));
  if (isTooLarge(context.files, path)) {
    const isData = extension === '.css' || extension === '.json';
    const isBuilt = flags.has('raw') || flags.has('inline') || (isData && flags.has('import'));
    return isBuilt || needsTransform(path) ? module(tooLargeModule(path)) : rawFile(path, context.files);
  }
  if (flags.has('raw')) return module(rawModule(path, context));
  if (flags.has('inline')) {
    return module(extension === '.css' ? cssModule(path, context, { inject: false }) : inlineModule(path, context));
  }
  if (isScript(path)) return module(rewriteImports(path, context));
  if (extension === '.css') {
    if (flags.has('import')) return module(cssModule(path, context, { inject: true }));
    if (dest === 'script') return module(aliasOf(path, context));
    const sheet = styleSheet(path, context);
    return sheet && textRepresentation(sheet.css, mimeType(path));
  }
  if (extension === '.json' && flags.has('import')) return module(jsonModule(path, context));
  if (flags.has('import') || flags.has('url') || dest === 'script') return module(aliasOf(path, context));
  return extension === '.html' ? htmlPage(path, context, options) : rawFile(path, context.files);
}

/** A module requested under a URL that is not its own, as a running app or a page may build it. */
function aliasOf(path: string, context: ModuleContext): BrowserModule {
  const url = moduleUrl(path, '');
  const hasDefault =
    !isScript(path) || transformSource(path, context.files, context.config, context.cache)?.hasDefault === true;
  return aliasModule(url, hasDefault);
}

function textRepresentation(body: string, type: string): Representation {
  return { type, body, tag: textDigest(body) };
}

/** A file that exists, as it is. */
function rawFile(path: string, files: FileSnapshot): Representation {
  const hash = files.hash(path) ?? '';
  return { type: mimeType(path), body: { path, hash, start: 0, end: files.size(path) }, tag: hash };
}
