import { generateCodeVerifier } from 'arctic';
import { Hono } from 'hono';
import { identityKey } from '../account/sign-in/identities.ts';
import type { ProvenIdentity } from '../account/sign-in/sign-in-methods.ts';
import { logError } from '../log/error-log.ts';
import { newId } from '../protocol/id.ts';
import { ProblemError } from '../protocol/problems.ts';
import { OidcStart } from '../protocol/requests.ts';
import type { SignInOutcome } from '../protocol/resources.ts';
import type { RpcResult } from '../protocol/rpc-result.ts';
import type { OidcProvider } from '../settings.ts';
import { githubProvider } from '../sign-in/github-provider.ts';
import { openIdProvider } from '../sign-in/openid-provider.ts';
import { type Provider, ProviderError, type ProviderFlow } from '../sign-in/provider.ts';
import { completeSignIn, deviceNameOf } from './complete-sign-in.ts';
import { type AppContext, type AppEnv, settingsOf } from './http/app-env.ts';
import { audit } from './http/audit.ts';
import { readJson } from './http/request-input.ts';
import { withSignIn } from './http/with-sign-in.ts';
import { addressOf, refuseLapsed } from './middleware/visitor.ts';
import { beginInAccount } from './passkeys.ts';

const flowKind = 'oidc';

/** @throws ProblemError `not_found` */
function requireProvider(c: AppContext): OidcProvider {
  const setting = settingsOf(c.env).oidcProviders.find(({ id }) => id === c.req.param('provider'));
  if (!setting) throw new ProblemError('not_found', 'There is no such way to sign in.', { reason: 'sign_in_method' });
  return setting;
}

function providerOf(setting: OidcProvider): Provider {
  return setting.id === 'github' ? githubProvider(setting) : openIdProvider(setting);
}

function redirectUri(c: AppContext, { id }: OidcProvider): string {
  return `${new URL(c.req.url).origin}/api/auth/oidc/${id}/callback`;
}

/** Redirects to a page of Redraw, with the outcome of the sign-in in its query. */
function redirectToPage(c: AppContext, page: string, outcome: SignInOutcome): Response {
  if (outcome === 'linked') audit(c, 'identity_added');
  else if (outcome === 'proven') audit(c, 'proof', { outcome: 'succeeded', method: 'provider' });
  else if (outcome !== 'done' && outcome !== 'following')
    audit(c, c.get('login') === null ? 'sign_in' : 'proof', { outcome: 'failed', method: 'provider', why: outcome });
  // This request's address holds a code, which must not reach a page as its referrer.
  c.header('Referrer-Policy', 'no-referrer');
  return c.redirect(`${page}?signin=${outcome}`, 303);
}

/** Signs the browser in by an identity, or links the identity to the account that is signed in already. */
async function signInOrLink(c: AppContext, identity: ProvenIdentity, timeZone?: string): Promise<SignInOutcome> {
  const account = c.get('visitor');
  const login = c.get('login');
  if (account !== null && login !== null)
    return withSignIn(c, account, (signIn) => signIn.linkIdentity(account, identity, login));
  const fresh = newId();
  const holder = await c.env.IDENTITY.getByName(identity.key).claim(fresh);
  const reply = await withSignIn<RpcResult<string>>(c, holder, (signIn) =>
    signIn.loginByIdentity(holder, identity, deviceNameOf(c), addressOf(c)),
  );
  if (!reply.ok) return reply.code === 'too_many_requests' ? 'too_many' : 'failed';
  const { projects } = await completeSignIn(c, holder, reply.value, timeZone);
  audit(c, holder === fresh ? 'sign_up' : 'sign_in', { outcome: 'succeeded', method: 'provider' });
  return projects === 'here' ? 'done' : 'following';
}

/** Makes a new login for who is signed in and has proved it. */
async function provePresence(c: AppContext, identity: ProvenIdentity): Promise<SignInOutcome> {
  const account = c.get('visitor');
  if (account === null || c.get('login') === null) return 'expired';
  const login = await withSignIn(c, account, (signIn) => signIn.renewLogin(identity, deviceNameOf(c)));
  if (login === null) return 'other';
  await completeSignIn(c, account, login);
  return 'proven';
}

/** `/api/auth/oidc`: sign-in at a provider. */
export const oidc = new Hono<AppEnv>()
  .post('/:provider', async (c) => {
    const setting = requireProvider(c);
    const { proof = false, return: page = '/', timeZone = '' } = await readJson(c, OidcStart);
    // It would be a sign-in instead, maybe to an account that is new.
    if (proof) refuseLapsed(c);
    const verifier = generateCodeVerifier();
    const nonce = newId();
    const login = c.get('login');
    const provenSince = proof && login !== null ? Date.now() : null;
    const data = { provider: setting.id, page, verifier, nonce, timeZone, provenSince: String(provenSince ?? '') };
    // Who is signed in adds a way to sign in, unless they prove that they are there.
    const provenBy = provenSince === null ? login : null;
    const state = await beginInAccount(c, (account) =>
      withSignIn(c, account, (signIn) => signIn.beginFlow(flowKind, data, provenBy)),
    );
    const flow = { redirectUri: redirectUri(c, setting), verifier, nonce, provenSince };
    const url = await providerOf(setting)
      .authorizationUrl(flow, state)
      .catch((error: unknown) => {
        if (!(error instanceof ProviderError)) throw error;
        logError(`sign-in with ${setting.id}: ${error.message}`);
        throw new ProblemError(
          'sign_in_failed',
          `${setting.name} cannot be reached at the moment. Try it again later.`,
          { reason: 'provider', provider: setting.name },
        );
      });
    return c.json({ url: url.href });
  })
  // The only cross-site request. It has effect only for the browser (cookie) that began the flow.
  .get('/:provider/callback', async (c) => {
    const setting = requireProvider(c);
    const { code, error: refusal, iss = null, state = '' } = c.req.query();
    const caller = c.get('visitor');
    const data = caller === null ? null : await withSignIn(c, caller, (signIn) => signIn.takeFlow(flowKind, state));
    if (!data || data.provider !== setting.id) return redirectToPage(c, '/', 'expired');
    const { nonce = '', page = '/', verifier = '' } = data;
    const provenSince = data.provenSince ? Number(data.provenSince) : null;
    if (refusal !== undefined) return redirectToPage(c, page, refusal === 'access_denied' ? 'cancelled' : 'failed');
    if (code === undefined) return redirectToPage(c, page, 'failed');
    const flow: ProviderFlow = { redirectUri: redirectUri(c, setting), verifier, nonce, provenSince };
    try {
      const { subject, name, label } = await providerOf(setting).userOf(flow, code, iss);
      const key = identityKey(setting.issuer, subject);
      const identity = { key, provider: setting.id, name, label };
      const outcome =
        provenSince === null ? signInOrLink(c, identity, data.timeZone || undefined) : provePresence(c, identity);
      return redirectToPage(c, page, await outcome);
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error;
      logError(`sign-in with ${setting.id}: ${error.message}`);
      return redirectToPage(c, page, 'failed');
    }
  });
