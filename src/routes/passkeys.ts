import { Hono } from 'hono';
import { passkeyFlow } from '../account/sign-in/sign-in-methods.ts';
import { ProblemError } from '../protocol/problems.ts';
import { PasskeyLoginResponse, PasskeyRegistrationResponse, SignOut } from '../protocol/requests.ts';
import type { SignInAnswer } from '../protocol/resources.ts';
import type { RpcResult } from '../protocol/rpc-result.ts';
import { accountOf, flowIdOf, loginOptions, type Site } from '../sign-in/webauthn.ts';
import { completeSignIn, deviceNameOf } from './complete-sign-in.ts';
import type { AppContext, AppEnv } from './http/app-env.ts';
import { audit } from './http/audit.ts';
import { readJson, unwrap } from './http/request-input.ts';
import { withSignIn } from './http/with-sign-in.ts';
import {
  addressOf,
  callerOf,
  clearVisitorCookie,
  newVisitor,
  refuseLapsed,
  visitorAnew,
} from './middleware/visitor.ts';

/**
 * The site to which passkeys of this page are bound.
 *
 * @throws ProblemError `invalid_request` if the host is an IP address: a relying party id is a domain (WebAuthn 3, 5.1.3)
 */
function siteOf(c: AppContext): Site {
  const { hostname, origin, port } = new URL(c.req.url);
  if (/^[\d.]+$|^\[/.test(hostname)) {
    const name = `http://localhost${port === '' ? '' : `:${port}`}`;
    throw new ProblemError('invalid_request', `Passkeys need a host with a name. Open Redraw at ${name} instead.`, {
      reason: 'host',
      url: name,
    });
  }
  return { origin, rpId: hostname };
}

/** Begins a flow in the caller's account. A stale cookie, from before a sign-in whose answer was lost, is replaced by a new visitor. */
export async function beginInAccount<T>(c: AppContext, begin: (account: string) => Promise<RpcResult<T>>): Promise<T> {
  const reply = await begin(await visitorAnew(c));
  if (!reply.ok && reply.code === 'not_found') return unwrap(await begin(await newVisitor(c)));
  return unwrap(reply);
}

/** Ends a flow of the caller and returns its data. @throws ProblemError `sign_in_failed` if it is not theirs, expired, or used */
async function takeFlow(c: AppContext, kind: string, flow: string): Promise<Readonly<Record<string, string>>> {
  const caller = c.get('visitor');
  const data = caller === null ? null : await withSignIn(c, caller, (signIn) => signIn.takeFlow(kind, flow));
  if (!data)
    throw new ProblemError('sign_in_failed', 'This took too long, or was done already. Try it again.', {
      reason: 'expired',
    });
  return data;
}

function otherAccount(): ProblemError {
  const detail = 'This passkey belongs to another account. Sign out first, to sign in with it.';
  return new ProblemError('sign_in_failed', detail, { reason: 'other_account' });
}

/** `/api/auth`: passkeys and sign-out. */
export const auth = new Hono<AppEnv>()
  .post('/passkey/register/options', async (c) => {
    const site = siteOf(c);
    // The passkey was to open the account whose login has ended, not a new one.
    refuseLapsed(c);
    const options = await beginInAccount(c, (account) =>
      withSignIn(c, account, (signIn) => signIn.beginPasskey(site, c.get('login'))),
    );
    return c.json(options);
  })
  .post('/passkey/register', async (c) => {
    const site = siteOf(c);
    const { timeZone, ...made } = await readJson(c, PasskeyRegistrationResponse);
    const response = { ...made, clientExtensionResults: {} };
    const flow = flowIdOf(response.response.clientDataJSON);
    const { account = '' } = await takeFlow(c, passkeyFlow, flow);
    const registration = {
      account,
      response,
      flow,
      site,
      device: deviceNameOf(c),
      login: c.get('login'),
      address: addressOf(c),
    };
    const { login } = unwrap(await withSignIn(c, account, (signIn) => signIn.keepPasskey(registration)));
    const answer: SignInAnswer =
      login === null ? { projects: 'here' } : await completeSignIn(c, account, login, timeZone);
    audit(c, login === null ? 'passkey_added' : 'sign_up', { method: 'passkey' });
    return c.json(answer);
  })
  .post('/passkey/login/options', async (c) => {
    const site = siteOf(c);
    const flow = await beginInAccount(c, (account) =>
      withSignIn(c, account, (signIn) => signIn.beginFlow('passkey_login', {})),
    );
    return c.json(await loginOptions(site, flow));
  })
  .post('/passkey/login', async (c) => {
    const site = siteOf(c);
    const response = { ...(await readJson(c, PasskeyLoginResponse)), clientExtensionResults: {} };
    const flow = flowIdOf(response.response.clientDataJSON);
    await takeFlow(c, 'passkey_login', flow);
    const account = accountOf(response.response.userHandle);
    if (account === null)
      throw new ProblemError('sign_in_failed', 'This passkey is not one of Redraw.', { reason: 'passkey_unknown' });
    // Who is signed in proves that they are there; they do not become somebody else by a passkey that was picked by mistake.
    if (c.get('login') !== null && account !== c.get('visitor')) throw otherAccount();
    const request = { response, flow, site, device: deviceNameOf(c) };
    const login = unwrap(await withSignIn(c, account, (signIn) => signIn.loginByPasskey(request)));
    const event = c.get('login') === null ? 'sign_in' : 'proof';
    const answer = await completeSignIn(c, account, login);
    audit(c, event, { outcome: 'succeeded', method: 'passkey' });
    return c.json(answer);
  })
  .post('/sign-out', async (c) => {
    const { everywhere } = await readJson(c, SignOut);
    // This browser is signed out then, as it was to be; the others are not.
    if (everywhere) callerOf(c);
    const account = c.get('visitor');
    const login = c.get('login');
    if (account !== null && login !== null)
      unwrap(await withSignIn(c, account, (signIn) => signIn.signOut(login, everywhere ?? false)));
    if (login !== null) audit(c, 'sign_out', { scope: everywhere ? 'everywhere' : 'this' });
    if (login !== null) clearVisitorCookie(c);
    return c.body(null, 204);
  });
