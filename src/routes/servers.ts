import { Hono } from 'hono';
import type { AppEnv } from './env.ts';
import { sessionOf, unwrap } from './input.ts';
import { callerOf } from './middleware/visitor.ts';

/** The server that a project runs in its container: `/api/sessions/:id/server`. */
export const servers = new Hono<AppEnv>()
  .get('/:id/server', async (c) => c.json(unwrap(await sessionOf(c).serverLog(callerOf(c)))))
  .delete('/:id/server', async (c) => {
    unwrap(await sessionOf(c).stopServer(callerOf(c)));
    return c.body(null, 204);
  });
