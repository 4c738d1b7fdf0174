import { Hono } from 'hono';
import { RevertRequest } from '../protocol/requests.ts';
import type { AppEnv } from './http/app-env.ts';
import { readJson, sessionOf, unwrap } from './http/request-input.ts';
import { addressOf, callerOf } from './middleware/visitor.ts';

/** The versions of a project: `/api/sessions/:id/history`, `/undo`, `/redo`, `/revert`. */
export const history = new Hono<AppEnv>()
  .get('/:id/history', async (c) => c.json(unwrap(await sessionOf(c).history(callerOf(c)))))
  .post('/:id/undo', async (c) => c.json(unwrap(await sessionOf(c).move(callerOf(c), 'undo', addressOf(c)))))
  .post('/:id/redo', async (c) => c.json(unwrap(await sessionOf(c).move(callerOf(c), 'redo', addressOf(c)))))
  .post('/:id/revert', async (c) => {
    const caller = callerOf(c);
    const { version } = await readJson(c, RevertRequest);
    return c.json(unwrap(await sessionOf(c).move(caller, { version }, addressOf(c))));
  });
