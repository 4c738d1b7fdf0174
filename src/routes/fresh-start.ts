import { Hono } from 'hono';
import { FreshStartRequest } from '../protocol/requests.ts';
import type { AppEnv } from './http/app-env.ts';
import { readJson, sessionOf, unwrap } from './http/request-input.ts';
import { addressOf, callerOf } from './middleware/visitor.ts';

/** `/api/sessions/:id/fresh-start`: a summary in place of the conversation so far, and the way back. */
export const freshStart = new Hono<AppEnv>()
  .post('/:id/fresh-start', async (c) => {
    const caller = callerOf(c);
    const { force = false } = await readJson(c, FreshStartRequest);
    return c.json(unwrap(await sessionOf(c).freshStart(caller, addressOf(c), force)));
  })
  .delete('/:id/fresh-start', async (c) => {
    unwrap(await sessionOf(c).undoFreshStart(callerOf(c), c.req.query('turn')));
    return c.body(null, 204);
  });
