import { Hono } from 'hono';
import { sharedModels } from '../account/model-menu.ts';
import type { AppEnv } from './env.ts';
import { visitorOrNew } from './middleware/visitor.ts';

/** `/api/account` and `/api/models`: who the visitor is, and what may be picked. */
export const account = new Hono<AppEnv>()
  .get('/account', async (c) => {
    const visitor = await visitorOrNew(c);
    return c.json(await c.env.ACCOUNT.getByName(visitor).detail());
  })
  .get('/models', async (c) => {
    const visitor = c.get('visitor');
    return c.json(visitor === null ? sharedModels : await c.env.ACCOUNT.getByName(visitor).models());
  });
