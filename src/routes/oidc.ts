import { generateCodeVerifier } from 'arctic';
import { Hono } from 'hono';
import { identityKey } from '../account/sign-in/identities.ts';
import type { ProvenIdentity } from '../account/sign-in/sign-in-methods.ts';
import { redactedLine } from '../log/redact.ts';
import { newId } from '../protocol/id.ts';
import { ProblemError } from '../protocol/problems.ts';
import { OidcStart } from '../protocol/requests.ts';
import type { SignInOutcome } from '../protocol/resources.ts';
import type { OidcProvider } from '../settings.ts';
import { githubProvider } from '../sign-in/github-provider.ts';
import { openIdProvider } from '../sign-in/openid-provider.ts';
import { type Provider, ProviderError, type ProviderFlow } from '../sign-in/provider.ts';
import { deviceOf, signIn } from './complete-sign-in.ts';
import { type AppContext, type AppEnv, settingsOf } from './http/app-env.ts';
import { readJson } from './http/request-input.ts';
import { beginIn } from './passkeys.ts';

const flowKind = 'oidc';

/** @throws ProblemError `not_found` */
function settingOf(c: AppContext): OidcProvider {
  const setting = settingsOf(c.env).oidcProviders.find(({ id }) => id === c.req.param('provider'));
  if (!setting) throw new ProblemError('not_found', 'There is no such way to sign in.');
  return setting;
}

function providerOf(setting: OidcProvider): Provider {
  return setting.id === 'github' ? githubProvider(setting) : openIdProvider(setting);
}

function redirectUri(c: AppContext, { id }: OidcProvider): string {
  return `${new URL(c.req.url).origin}/api/auth/oidc/${id}/callback`;
}

/** Back to a page of Redraw, with what became of the sign-in. */
function goBack(c: AppContext, page: string, outcome: SignInOutcome): Response {
  // The address of this answer holds a code: no page is to hear of it.
  c.header('Referrer-Policy', 'no-referrer');
  return c.redirect(`${page}?signin=${outcome}`, 303);
}

/** Signs the browser in as who came back, or adds this way to sign in to the account of who is signed in. */
async function welcome(c: AppContext, identity: ProvenIdentity): Promise<SignInOutcome> {
  const account = c.get('visitor');
  if (account !== null && c.get('login') !== null)
    return c.env.ACCOUNT.getByName(account).linkIdentity(account, identity);
  const holder = await c.env.IDENTITY.getByName(identity.key).claim(newId());
  const reply = await c.env.ACCOUNT.getByName(holder).loginByIdentity(holder, identity, deviceOf(c));
  if (!reply.ok) return 'failed';
  const { projects } = await signIn(c, holder, reply.value);
  return projects === 'here' ? 'done' : 'following';
}

/** `/api/auth/oidc`: sign-in at a provider. */
export const oidc = new Hono<AppEnv>()
  .post('/:provider', async (c) => {
    const setting = settingOf(c);
    const page = (await readJson(c, OidcStart)).return ?? '/';
    const verifier = generateCodeVerifier();
    const nonce = newId();
    const data = { provider: setting.id, page, verifier, nonce };
    const state = await beginIn(c, (account) => c.env.ACCOUNT.getByName(account).beginFlow(flowKind, data));
    const flow = { redirectUri: redirectUri(c, setting), verifier, nonce };
    const url = await providerOf(setting)
      .authorizationUrl(flow, state)
      .catch((error: unknown) => {
        if (!(error instanceof ProviderError)) throw error;
        console.error(redactedLine(`sign-in with ${setting.id}: ${error.message}`));
        throw new ProblemError(
          'sign_in_failed',
          `${setting.name} cannot be reached at the moment. Try it again later.`,
        );
      });
    return c.json({ url: url.href });
  })
  // The one call that comes from another site: it does nothing but for who began the flow, with the same cookie.
  .get('/:provider/callback', async (c) => {
    const setting = settingOf(c);
    const { code, error: refusal, iss = null, state = '' } = c.req.query();
    const caller = c.get('visitor');
    const data = caller === null ? null : await c.env.ACCOUNT.getByName(caller).takeFlow(flowKind, state);
    if (!data || data.provider !== setting.id) return goBack(c, '/', 'expired');
    const { nonce = '', page = '/', verifier = '' } = data;
    if (refusal !== undefined) return goBack(c, page, refusal === 'access_denied' ? 'cancelled' : 'failed');
    if (code === undefined) return goBack(c, page, 'failed');
    const flow: ProviderFlow = { redirectUri: redirectUri(c, setting), verifier, nonce };
    try {
      const { subject, name, label } = await providerOf(setting).userOf(flow, code, iss);
      const key = identityKey(setting.issuer, subject);
      return goBack(c, page, await welcome(c, { key, provider: setting.id, name, label }));
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error;
      console.error(redactedLine(`sign-in with ${setting.id}: ${error.message}`));
      return goBack(c, page, 'failed');
    }
  });
