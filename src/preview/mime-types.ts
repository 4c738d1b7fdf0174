import { mimes } from 'hono/utils/mime';
import { extensionOf } from './paths.ts';

const scriptExtensions = new Set(['.js', '.mjs', '.jsx', '.ts', '.mts', '.tsx']);

export const scriptType = 'text/javascript; charset=utf-8';

/** A map, because a file may be named `a.constructor`. */
const types = new Map<string, string>(
  Object.entries({
    ...mimes,
    // Hono names a charset, which the XML itself declares, and which would stand in every `data:` URL of an icon.
    svg: 'image/svg+xml',
    // Hono says `application/xml`; Vite's server says this.
    xml: 'text/xml; charset=utf-8',
    // Hono has none for these.
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

/** Whether a file is a module that is transformed. */
export function isScript(path: string): boolean {
  return scriptExtensions.has(extensionOf(path)) && !path.endsWith('.d.ts');
}
