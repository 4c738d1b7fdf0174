import { Hono } from 'hono';
import { defaultModel, models } from '../claude/models.ts';
import { PasskeyPatch } from '../protocol/requests.ts';
import type { ModelEntry } from '../protocol/resources.ts';
import type { AppEnv } from './env.ts';
import { readJson, unwrap } from './input.ts';
import { newVisitor, takeCookie, userOf, visitorOrNew } from './middleware/visitor.ts';

/** `/api/account` and `/api/models`: who calls, how they sign in, and what may be picked. */
export const account = new Hono<AppEnv>()
  .get('/account', async (c) => {
    const detail =
      (await c.env.ACCOUNT.getByName(await visitorOrNew(c)).detail()) ??
      // The cookie is one of before a sign-in whose answer never arrived.
      (await c.env.ACCOUNT.getByName(await newVisitor(c)).detail());
    return c.json(detail);
  })
  .delete('/account', async (c) => {
    const account = c.get('visitor');
    if (account !== null) await c.env.ACCOUNT.getByName(account).close(account);
    takeCookie(c);
    return c.body(null, 204);
  })
  .get('/account/logins', async (c) => {
    const { account, login } = userOf(c);
    return c.json(await c.env.ACCOUNT.getByName(account).logins(login));
  })
  .get('/account/passkeys', async (c) => c.json(await c.env.ACCOUNT.getByName(userOf(c).account).passkeys()))
  .patch('/account/passkeys/:id', async (c) => {
    const { account } = userOf(c);
    const { name } = await readJson(c, PasskeyPatch);
    unwrap(await c.env.ACCOUNT.getByName(account).renamePasskey(c.req.param('id'), name));
    return c.json({ name });
  })
  .delete('/account/passkeys/:id', async (c) => {
    unwrap(await c.env.ACCOUNT.getByName(userOf(c).account).removePasskey(c.req.param('id')));
    return c.body(null, 204);
  })
  .get('/account/identities', async (c) => c.json(await c.env.ACCOUNT.getByName(userOf(c).account).identities()))
  .delete('/account/identities/:id', async (c) => {
    const { account } = userOf(c);
    unwrap(await c.env.ACCOUNT.getByName(account).unlinkIdentity(account, c.req.param('id')));
    return c.body(null, 204);
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
