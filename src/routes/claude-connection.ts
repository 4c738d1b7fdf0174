import { Hono } from 'hono';
import { ProblemError } from '../protocol/problems.ts';
import { ConnectionRequest } from '../protocol/requests.ts';
import { type AppContext, type AppEnv, settingsOf } from './env.ts';
import { readJson, unwrap } from './input.ts';
import { addressOf, visitorOrNew } from './middleware/visitor.ts';

function refuseInDemo(c: AppContext): void {
  if (!settingsOf(c.env).demo) return;
  throw new ProblemError('demo_mode', 'A scripted model answers on this site: it takes no keys.');
}

/** `/api/account/connection`: the account's own connection to Claude. Open to visitors who have not signed in. */
export const claudeConnection = new Hono<AppEnv>()
  .post('/', async (c) => {
    refuseInDemo(c);
    const { key } = await readJson(c, ConnectionRequest);
    const visitor = await visitorOrNew(c);
    return c.json(unwrap(await c.env.ACCOUNT.getByName(visitor).connectKey({ key, address: addressOf(c) })));
  })
  .delete('/', async (c) => {
    const visitor = c.get('visitor');
    if (visitor !== null) await c.env.ACCOUNT.getByName(visitor).disconnect();
    return c.body(null, 204);
  });
