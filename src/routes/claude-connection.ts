import { Hono, type MiddlewareHandler } from 'hono';
import { flowNotBegun } from '../account/connection/connect-by-oauth.ts';
import { ProblemError } from '../protocol/problems.ts';
import { ConnectionRequest, OAuthFinish } from '../protocol/requests.ts';
import { type AppContext, type AppEnv, settingsOf } from './http/app-env.ts';
import { audit } from './http/audit.ts';
import { readJson, unwrap } from './http/request-input.ts';
import { addressOf, callerOf, visitorOrNew } from './middleware/visitor.ts';
import { appPage } from './pages.ts';

/** @throws ProblemError `not_found` if the operator has not set up the connection by OAuth */
function requireOAuth(c: AppContext): void {
  if (!settingsOf(c.env).claudeOAuth) throw new ProblemError('not_found', 'There is no such call.', { reason: 'call' });
}

/** @throws ProblemError `demo_mode` */
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
    const connected = unwrap(await c.env.ACCOUNT.getByName(visitor).connectKey({ key, address: addressOf(c) }));
    audit(c, 'key', { outcome: 'connected', method: 'api_key' });
    return c.json(connected);
  })
  .post('/oauth/start', async (c) => {
    requireOAuth(c);
    refuseInDemo(c);
    const visitor = await visitorOrNew(c);
    return c.json(unwrap(await c.env.ACCOUNT.getByName(visitor).oauthStart()));
  })
  .post('/oauth/finish', async (c) => {
    requireOAuth(c);
    refuseInDemo(c);
    const { code } = await readJson(c, OAuthFinish);
    const visitor = c.get('visitor');
    // The flow is in the account of the cookie that began it.
    if (visitor === null) throw new ProblemError('oauth_failed', flowNotBegun, { reason: 'not_begun' });
    const connected = unwrap(await c.env.ACCOUNT.getByName(visitor).oauthFinish(code));
    audit(c, 'key', { outcome: 'connected', method: 'oauth' });
    return c.json(connected);
  })
  .delete('/', async (c) => {
    const { visitor } = callerOf(c);
    unwrap(await c.env.ACCOUNT.getByName(visitor).disconnect());
    audit(c, 'connection_removed');
    return c.body(null, 204);
  });

/** The page to which the authorization server redirects, if that is on this site. It has no effect: the page then posts the code. */
export const claudeCallback: MiddlewareHandler<AppEnv> = async (c, next) => {
  const { claudeOAuth } = settingsOf(c.env);
  const { origin, pathname } = new URL(c.req.url);
  const redirect = claudeOAuth && new URL(claudeOAuth.redirectUri);
  if (c.req.method !== 'GET' || redirect?.origin !== origin || redirect.pathname !== pathname) return next();
  const response = await appPage(c);
  // The address holds the code: it must not reach another site as a referrer, nor a cache.
  response.headers.set('Referrer-Policy', 'no-referrer');
  response.headers.set('Cache-Control', 'no-store');
  return response;
};
