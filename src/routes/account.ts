import { Hono } from 'hono';
import { sharedModels } from '../account/billing/allowed-models.ts';
import { PasskeyPatch } from '../protocol/requests.ts';
import type { AppEnv } from './http/app-env.ts';
import { audit } from './http/audit.ts';
import { readJson, unwrap } from './http/request-input.ts';
import { withSignIn } from './http/with-sign-in.ts';
import { callerOf, clearVisitorCookie, newVisitor, userOf, visitorAnew } from './middleware/visitor.ts';

/** `/api/account` and `/api/models`: the caller's account, its sign-in methods, and the models that can be chosen. */
export const account = new Hono<AppEnv>()
  .get('/account', async (c) => {
    const detail =
      (await c.env.ACCOUNT.getByName(await visitorAnew(c)).detail()) ??
      // A stale cookie, from before a sign-in whose answer was lost.
      (await c.env.ACCOUNT.getByName(await newVisitor(c)).detail());
    return c.json(detail);
  })
  .delete('/account', async (c) => {
    const { visitor } = callerOf(c);
    unwrap(await c.env.ACCOUNT.getByName(visitor).deleteAccount(visitor, c.get('login')));
    audit(c, 'account_deleted');
    clearVisitorCookie(c);
    return c.body(null, 204);
  })
  .get('/account/logins', async (c) => {
    const { account, login } = userOf(c);
    return c.json(await withSignIn(c, account, (signIn) => signIn.logins(login)));
  })
  .delete('/account/logins/:id', async (c) => {
    const { account, login } = userOf(c);
    const { isOwn } = unwrap(await withSignIn(c, account, (signIn) => signIn.endLogin(c.req.param('id'), login)));
    audit(c, 'sign_out', { scope: isOwn ? 'this' : 'other' });
    if (isOwn) clearVisitorCookie(c);
    return c.body(null, 204);
  })
  .get('/account/passkeys', async (c) => c.json(await withSignIn(c, userOf(c).account, (signIn) => signIn.passkeys())))
  .patch('/account/passkeys/:id', async (c) => {
    const { account } = userOf(c);
    const { name } = await readJson(c, PasskeyPatch);
    unwrap(await withSignIn(c, account, (signIn) => signIn.renamePasskey(c.req.param('id'), name)));
    return c.json({ name });
  })
  .delete('/account/passkeys/:id', async (c) => {
    const { account, login } = userOf(c);
    unwrap(await withSignIn(c, account, (signIn) => signIn.removePasskey(c.req.param('id'), login)));
    audit(c, 'passkey_removed');
    return c.body(null, 204);
  })
  .get('/account/identities', async (c) =>
    c.json(await withSignIn(c, userOf(c).account, (signIn) => signIn.identities())),
  )
  .delete('/account/identities/:id', async (c) => {
    const { account, login } = userOf(c);
    unwrap(await withSignIn(c, account, (signIn) => signIn.unlinkIdentity(account, c.req.param('id'), login)));
    audit(c, 'identity_removed');
    return c.body(null, 204);
  })
  .get('/models', async (c) => {
    const visitor = c.get('visitor');
    return c.json(visitor === null ? sharedModels : await c.env.ACCOUNT.getByName(visitor).models());
  });
