import type { Extension } from '@codemirror/state';

const ofExtension: Record<string, () => Promise<Extension>> = {
  ts: async () => (await import('@codemirror/lang-javascript')).javascript({ typescript: true }),
  tsx: async () => (await import('@codemirror/lang-javascript')).javascript({ typescript: true, jsx: true }),
  js: async () => (await import('@codemirror/lang-javascript')).javascript({ jsx: true }),
  css: async () => (await import('@codemirror/lang-css')).css(),
  html: async () => (await import('@codemirror/lang-html')).html(),
  json: async () => (await import('@codemirror/lang-json')).json(),
  md: async () => (await import('@codemirror/lang-markdown')).markdown(),
};

const likeOthers: Record<string, string> = {
  mts: 'ts',
  mjs: 'js',
  jsx: 'js',
  htm: 'html',
  svg: 'html',
  markdown: 'md',
};

/** The grammar of a file, loaded when it is first needed; none where there is none, or where it could not be loaded. */
export async function languageOf(path: string): Promise<Extension> {
  const extension = /\.([a-z]+)$/i.exec(path)?.[1]?.toLowerCase() ?? '';
  try {
    return (await ofExtension[likeOthers[extension] ?? extension]?.()) ?? [];
  } catch {
    return [];
  }
}
