import { realpathSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { createServer, type Plugin, type ViteDevServer } from 'vite';
import config from '../../web/vite.config.ts';
import { freePort } from './free-port.ts';
import { styleNonce } from './page-policy.ts';

const root = join(import.meta.dirname, '../..');

export interface PageServer {
  /** Host and port, as `127.0.0.1:5173`. */
  address: string;
  /** Reloads all open pages. */
  reload(): void;
  close(): Promise<void>;
}

export interface PageEdits {
  /** A file of the page has changed, and open pages have been told so. */
  onUpdate(file: string, milliseconds: number): void;
  /** A file of the page cannot be served; open pages stay as they are. */
  onError(message: string): void;
  /** A file of the preview bridge has changed. */
  onBridge(file: string): void;
}

const nameOf = (file: string): string => relative(root, file).replaceAll(sep, '/');

/** Keeps broken modules from open pages, and tells of what has changed. */
function edits({ onUpdate, onError, onBridge }: PageEdits): Plugin {
  return {
    name: 'page-edits',
    configureServer({ watcher }) {
      watcher.on('all', (_, file) => {
        if (/^(?:web\/bridge|src\/protocol)\//.test(nameOf(file))) onBridge(nameOf(file));
      });
    },
    transformIndexHtml: {
      order: 'pre',
      // Pages stand at other addresses than their files.
      handler: (html) => html.replaceAll('="./', '="/'),
    },
    async hotUpdate({ file, modules, timestamp }) {
      if (this.environment.name !== 'client' || modules.length === 0) return;
      try {
        for (const { url } of modules) await this.environment.transformRequest(url);
      } catch (error) {
        onError(stripVTControlCharacters(error instanceof Error ? error.message : String(error)).trim());
        return [];
      }
      onUpdate(nameOf(file), Date.now() - timestamp);
    },
  };
}

/** Starts Vite's development server for `web/` on a free port of this machine. */
export async function startPageServer(listener: PageEdits): Promise<PageServer> {
  // The page has to know the port of the socket, so it is chosen before the start.
  const port = await freePort();
  const address = `127.0.0.1:${port}`;
  const server: ViteDevServer = await createServer({
    ...config,
    // Vite starts anew where a file that it has its configuration from changes, and the page's policy keeps it from connecting again.
    configFile: false,
    cacheDir: join(root, 'dist/dev-modules'),
    appType: 'mpa',
    logLevel: 'error',
    clearScreen: false,
    html: { cspNonce: styleNonce },
    plugins: [config.plugins, edits(listener)],
    server: {
      host: '127.0.0.1',
      port,
      strictPort: true,
      cors: false,
      hmr: { host: '127.0.0.1', clientPort: port },
      // No other file of the repository: it holds secrets, too.
      fs: {
        allow: [
          join(root, 'web'),
          join(root, 'src/protocol'),
          realpathSync(join(root, 'node_modules')),
          join(root, 'dist/dev-modules'),
        ],
      },
    },
  });
  await server.listen();
  return {
    address,
    reload: () => server.environments.client.hot.send({ type: 'full-reload' }),
    close: () => server.close(),
  };
}
