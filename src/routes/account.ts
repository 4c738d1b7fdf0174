import { Hono } from 'hono';
import { defaultModel, models } from '../claude/models.ts';
import type { ModelEntry } from '../protocol/resources.ts';
import type { AppEnv } from './env.ts';
import { visitorOrNew } from './middleware/visitor.ts';

/** `/api/account` and `/api/models`: who the visitor is, and what may be picked. */
export const account = new Hono<AppEnv>()
  .get('/account', async (c) => {
    const visitor = await visitorOrNew(c);
    return c.json(await c.env.ACCOUNT.getByName(visitor).detail());
  })
  .get('/models', (c) => {
    const entries: ModelEntry[] = models.map(({ id, name, price, contextWindow }) => ({
      id,
      name,
      // On the operator's key the default model builds.
      allowed: id === defaultModel,
      price: { input: price.input, output: price.output, cacheRead: price.cacheRead, cacheWrite: price.cacheWrite },
      contextWindow,
    }));
    return c.json(entries);
  });
