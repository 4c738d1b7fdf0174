import { Hono } from 'hono';
import { sharedModels } from '../account/billing/model-list.ts';
import { PasskeyPatch } from '../protocol/requests.ts';
import type { AppEnv } from './http/app-env.ts';
import { readJson, unwrap } from './http/request-input.ts';
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
  .get('/models', async (c) => {
    const visitor = c.get('visitor');
    return c.json(visitor === null ? sharedModels : await c.env.ACCOUNT.getByName(visitor).models());
  });
