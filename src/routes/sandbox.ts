import { Hono } from 'hono';
import { NetworkRequest } from '../protocol/requests.ts';
import type { AppEnv } from './http/app-env.ts';
import { readJson, sessionOf, unwrap } from './http/request-input.ts';
import { callerOf } from './middleware/visitor.ts';

/** A project's container: `/api/sessions/:id/sandbox`, `/network`, `/command/stop`, `/server`. */
export const sandbox = new Hono<AppEnv>()
  .get('/:id/sandbox', async (c) => c.json(unwrap(await sessionOf(c).sandboxState(callerOf(c)))))
  .put('/:id/network', async (c) => {
    const caller = callerOf(c);
    const { hosts } = await readJson(c, NetworkRequest);
    return c.json(unwrap(await sessionOf(c).allowHosts(caller, [...new Set(hosts)])));
  })
  .post('/:id/command/stop', async (c) => {
    unwrap(await sessionOf(c).stopCommand(callerOf(c)));
    return c.json({});
  })
  .get('/:id/server', async (c) => c.json(unwrap(await sessionOf(c).serverLog(callerOf(c)))))
  .delete('/:id/server', async (c) => {
    unwrap(await sessionOf(c).stopServer(callerOf(c)));
    return c.body(null, 204);
  });
