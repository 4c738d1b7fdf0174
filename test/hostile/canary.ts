import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request that the foreign server received. */
export interface Visit {
  method: string;
  path: string;
  dest: string;
  cookie: string | null;
  referrer: string | null;
}

/** A foreign site on loopback: answers everything with a page that any origin may read, and records its requests. */
export interface Canary {
  url: string;
  visits: readonly Visit[];
  close(): Promise<void>;
}

export async function startCanary(): Promise<Canary> {
  const visits: Visit[] = [];
  const server = createServer((request, response) => {
    const { headers, method = '', url = '' } = request;
    visits.push({
      method,
      path: url,
      dest: String(headers['sec-fetch-dest'] ?? ''),
      cookie: headers.cookie ?? null,
      referrer: headers.referer ?? null,
    });
    response.setHeader('Access-Control-Allow-Origin', headers.origin ?? '*');
    response.setHeader('Access-Control-Allow-Credentials', 'true');
    response.setHeader('Content-Type', 'text/html');
    response.end('<!doctype html><title>A stranger</title><p id="stranger">A stranger’s page.');
  });
  server.listen(0, '127.0.0.1');
  await new Promise<void>((resolve, reject) => server.once('listening', resolve).once('error', reject));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    visits,
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}
