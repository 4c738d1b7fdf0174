import { mimes } from 'hono/utils/mime';
import { extensionOf } from './paths.ts';

const scriptExtensions = new Set(['.js', '.mjs', '.jsx', '.ts', '.mts', '.tsx']);

export const scriptType = 'text/javascript; charset=utf-8';

/** A `Map`, not an object: a file may be named `a.constructor`. */
const types = new Map<string, string>(
  Object.entries({
    ...mimes,
    // Without Hono's charset: the XML declares its own, and the charset would lengthen every `data:` URL of an icon.
    svg: 'image/svg+xml',
    // As Vite's server answers; Hono has `application/xml`.
    xml: 'text/xml; charset=utf-8',
    // Missing in Hono.
    flac: 'audio/flac',
    m4a: 'audio/mp4',
    md: 'text/markdown; charset=utf-8',
    mov: 'video/quicktime',
    ogg: 'audio/ogg',
    vtt: 'text/vtt; charset=utf-8',
    wav: 'audio/wav',
  }),
);

export function mimeType(path: string): string {
  const extension = extensionOf(path);
  return scriptExtensions.has(extension) ? scriptType : (types.get(extension.slice(1)) ?? 'application/octet-stream');
}

/** Whether a file is a script that is transformed and served as a module. */
export function isScript(path: string): boolean {
  return scriptExtensions.has(extensionOf(path)) && !path.endsWith('.d.ts');
}
