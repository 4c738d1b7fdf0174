import type { Extension } from '@codemirror/state';

const grammars: Record<string, () => Promise<Extension>> = {
  ts: async () => (await import('@codemirror/lang-javascript')).javascript({ typescript: true }),
  tsx: async () => (await import('@codemirror/lang-javascript')).javascript({ typescript: true, jsx: true }),
  js: async () => (await import('@codemirror/lang-javascript')).javascript({ jsx: true }),
  css: async () => (await import('@codemirror/lang-css')).css(),
  html: async () => (await import('@codemirror/lang-html')).html(),
  json: async () => (await import('@codemirror/lang-json')).json(),
  md: async () => (await import('@codemirror/lang-markdown')).markdown(),
};

/** Extensions that share the grammar of another. */
const aliases: Record<string, string> = {
  mts: 'ts',
  mjs: 'js',
  jsx: 'js',
  htm: 'html',
  svg: 'html',
  markdown: 'md',
};

/** The grammar of a file, loaded on demand. An empty extension if there is none, or if it could not be loaded. */
export async function languageOf(path: string): Promise<Extension> {
  const extension = /\.([a-z]+)$/i.exec(path)?.[1]?.toLowerCase() ?? '';
  try {
    return (await grammars[aliases[extension] ?? extension]?.()) ?? [];
  } catch {
    return [];
  }
}
