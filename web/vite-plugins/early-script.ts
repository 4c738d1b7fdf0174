import { readFileSync } from 'node:fs';
import type { Plugin } from 'vite';

const PLACE = '<!-- early script -->';

/**
 * Vite plugin: replaces `<!-- early script -->` in a page by `early.js`, a blocking script that runs before the body is parsed. It
 * does not delay the first paint, which waits for the style sheets anyway.
 */
export function earlyScript(): Plugin {
  let base = '/';
  return {
    name: 'early-script',
    enforce: 'post',
    configResolved(config) {
      base = config.base;
    },
    transformIndexHtml: {
      order: 'pre',
      handler: (html, { server }) =>
        server ? html.replace(PLACE, '<script src="/vite-plugins/early.js"></script>') : html,
    },
    generateBundle(_, bundle) {
      const pages = Object.values(bundle).filter((file) => file.type === 'asset' && file.fileName.endsWith('.html'));
      const source = readFileSync(new URL('./early.js', import.meta.url), 'utf8').replace(/^\/\/.*\n/gm, '');
      const script = this.getFileName(this.emitFile({ type: 'asset', name: 'early.js', source }));
      for (const page of pages) {
        if (page.type !== 'asset') continue;
        page.source = String(page.source).replace(PLACE, `<script src="${base}${script}"></script>`);
      }
    },
  };
}
