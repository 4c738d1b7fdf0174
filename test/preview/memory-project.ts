import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FileSnapshot } from '../../src/preview/file-snapshot.ts';
import { shelf } from '../../src/preview/library-shelf.ts';
import {
  type PreviewRequest,
  type PreviewResponse,
  type ServeOptions,
  serveProjectFile,
} from '../../src/preview/serve-project-file.ts';
import { createTransformCache } from '../../src/preview/transform-cache.ts';

/** An answer whose body has been read. */
export interface ServedFile extends Pick<PreviewResponse, 'status' | 'headers'> {
  body: Uint8Array | string | null;
}

/** A project in memory, which serves its own preview. */
export class MemoryProject implements FileSnapshot {
  readonly #files = new Map<string, Uint8Array>();
  readonly #hashes = new Map<string, string>();
  readonly cache = createTransformCache();
  revision = 1;

  constructor(files: Record<string, string | Uint8Array> = {}) {
    for (const [path, content] of Object.entries(files)) this.write(path, content);
  }

  write(path: string, content: string | Uint8Array): void {
    const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
    this.#files.set(path, bytes);
    this.#hashes.set(path, createHash('sha256').update(bytes).digest('hex'));
  }

  delete(path: string): void {
    this.#files.delete(path);
    this.#hashes.delete(path);
  }

  replace(path: string, from: string, to: string): void {
    const text = this.text(path);
    if (!text.includes(from)) throw new Error(`${path} has no ${from}`);
    this.write(path, text.replace(from, to));
  }

  text(path: string): string {
    return new TextDecoder().decode(this.read(path) ?? new Uint8Array());
  }

  read(path: string): Uint8Array | null {
    return this.#files.get(path) ?? null;
  }

  hash(path: string): string | null {
    return this.#hashes.get(path) ?? null;
  }

  size(path: string): number {
    return this.#files.get(path)?.byteLength ?? 0;
  }

  list() {
    return [...this.#files].map(([path, bytes]) => ({ path, bytes: bytes.length, hash: this.hash(path) ?? '' }));
  }

  /** Answers a preview request as the Worker does. */
  serve(request: Partial<PreviewRequest> & { path: string }, options: Partial<ServeOptions> = {}): ServedFile {
    const whole: PreviewRequest = { method: 'GET', search: '', headers: {}, ...request };
    const { revision, cache } = this;
    const { body, ...answer } = serveProjectFile(whole, this, {
      revision,
      cache,
      shelf,
      frameAncestors: ['http://localhost:8787'],
      ...options,
    });
    if (body === null || typeof body === 'string') return { ...answer, body };
    return { ...answer, body: this.#files.get(body.path)?.subarray(body.start, body.end) ?? null };
  }

  /** The body at a URL, with or without a query, as text. */
  get(url: string, headers: PreviewRequest['headers'] = {}): string {
    const [path = '/', query] = url.split('?');
    const { body } = this.serve({ path, search: query === undefined ? '' : `?${query}`, headers });
    return typeof body === 'string' ? body : new TextDecoder().decode(body ?? new Uint8Array());
  }
}

const templates = join(import.meta.dirname, '../../node_modules/create-vite');
/** A template of create-vite, with the file names of a new project. */
export function readTemplate(name: string): MemoryProject {
  const project = new MemoryProject();
  const folder = join(templates, `template-${name}`);
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    const path = file
      .slice(folder.length + 1)
      .split('\\')
      .join('/');
    project.write(path.replace(/^_/, '.'), readFileSync(file));
  }
  return project;
}
