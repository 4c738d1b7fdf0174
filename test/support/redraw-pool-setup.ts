import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import type { TestProject } from 'vitest/node';
import { type PoolCalls, RedrawPool } from './redraw-pool.ts';

/** Runs the pool of Redraws in Vitest's own process; `start-redraw.ts` is its client in the test files. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const pool = new RedrawPool();
  const server = createServer(async (request, response) => {
    try {
      const call = request.url?.slice(1) as keyof PoolCalls;
      const answer = await pool[call]((await json(request)) as never);
      response.end(JSON.stringify(answer ?? null));
    } catch (error) {
      response.writeHead(500).end(error instanceof Error ? error.message : String(error));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  project.provide('redrawPool', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  // A server that was started before an edit runs the code of before.
  project.onTestsRerun(() => pool.close());
  return async () => {
    server.closeAllConnections();
    server.close();
    await pool.close();
  };
}
