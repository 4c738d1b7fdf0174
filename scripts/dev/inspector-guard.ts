import { createServer, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { proxyUpgrade } from 'httpxy';

/** The path of the Worker's debugger, and the one that workerd has for it. */
const path = '/redraw';
const workerdPath = '/core:user:redraw';

const frontend = 'https://devtools.devprod.cloudflare.dev';

export interface InspectorGuard {
  port: number;
  close(): Promise<void>;
}

/**
 * Stands before workerd's inspector, which lets the pages of all websites in: passes debuggers of this machine on, also across the
 * Worker's restarts, and tells them with `/json` what there is to debug.
 *
 * Miniflare has such a proxy, too, but it ends the process where a debugger speaks, or leaves, before its own connection stands.
 *
 * @param inspectorPort where workerd listens, once it does
 */
export function guardInspector(port: number, inspectorPort: number): Promise<InspectorGuard> {
  const server = createServer((request, response) => {
    const answer = discovery(request);
    response.writeHead(answer === null ? 404 : 200, { 'Content-Type': 'application/json' });
    response.end(answer === null ? undefined : JSON.stringify(answer));
  });
  const debuggers = new Set<Duplex>();
  // The newest debugger takes over from an earlier one. workerd closes both where it meets them together, so one leaves first.
  let parted: Promise<void> = Promise.resolve();
  server.on('upgrade', (request, socket, head) => {
    debuggers.add(socket);
    socket.once('close', () => debuggers.delete(socket));
    // Node leaves the errors of upgraded sockets to whoever listens: a reset would end the process.
    socket.on('error', () => socket.destroy());
    if (request.url !== path || !mayDebug(request.headers.origin)) {
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    for (const earlier of debuggers) if (earlier !== socket) earlier.destroy();
    parted = parted.then(() => passOn(inspectorPort, request, socket, head));
  });
  const close = (): Promise<void> => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeAllConnections();
    for (const socket of debuggers) socket.destroy();
    return closed;
  };
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve({ port, close }));
  });
}

/** Resolves once workerd has closed the connection: that the debugger has left is not enough for the next one. */
async function passOn(inspectorPort: number, request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
  if (socket.destroyed) return;
  request.url = workerdPath;
  try {
    const upstream = await proxyUpgrade(`ws://127.0.0.1:${inspectorPort}`, request, socket, head, { xfwd: false });
    const closed = new Promise<void>((resolve) => upstream.once('close', resolve));
    // What nobody reads any more would hold back the end of the stream.
    const leave = () => upstream.resume().end();
    if (socket.destroyed) leave();
    else socket.once('close', leave);
    await closed;
  } catch {
    // Refused while the Worker is exchanged: the debugger may come again.
    socket.destroy();
  }
}

/** What debuggers ask to find targets: https://chromedevtools.github.io/devtools-protocol/#endpoints. */
function discovery({ url, headers }: IncomingMessage): unknown {
  if (url === '/json/version') return { Browser: 'workerd', 'Protocol-Version': '1.3' };
  if (url !== '/json' && url !== '/json/list') return null;
  const address = `${headers.host ?? 'localhost'}${path}`;
  return [
    {
      id: 'redraw',
      type: 'node',
      title: 'Redraw',
      description: 'workers',
      webSocketDebuggerUrl: `ws://${address}`,
      devtoolsFrontendUrl: `${frontend}/js_app?debugger=true&ws=${address}`,
    },
  ];
}

/** Pages always have an origin, and cannot choose it; debuggers that are programs have none. */
function mayDebug(origin: string | undefined): boolean {
  if (origin === undefined || origin === frontend || origin.startsWith('devtools://')) return true;
  return URL.canParse(origin) && ['localhost', '127.0.0.1', '[::1]'].includes(new URL(origin).hostname);
}
