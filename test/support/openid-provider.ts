/// <reference path="./oidc-provider.d.ts" />
import { createServer } from 'node:http';
import { Provider } from 'oidc-provider';

export const clientId = 'redraw';
export const clientSecret = 'a-secret-of-the-tests';

/** A real OpenID Connect provider, on this machine. */
export interface OpenIdProvider {
  issuer: string;
  /**
   * Does what a person does at the provider: signs in as `login`, consents, and is redirected back.
   *
   * @param url URL to which Redraw has redirected the browser
   * @returns URL to which the provider redirects the browser
   */
  approve(url: string, login: string): Promise<string>;
  close(): Promise<void>;
}

/** @param redirectUri the only registered redirect URI */
export async function startOpenIdProvider(port: number, redirectUri: string): Promise<OpenIdProvider> {
  const issuer = `http://localhost:${port}`;
  // Silences its warnings about production use.
  const { warn, info } = console;
  Object.assign(console, { warn: () => undefined, info: () => undefined });
  const provider = new Provider(issuer, {
    clients: [{ client_id: clientId, client_secret: clientSecret, redirect_uris: [redirectUri] }],
    pkce: { required: () => true },
    cookies: { keys: ['a key of the tests'] },
    conformIdTokenClaims: false,
    ttl: { AccessToken: 600, Grant: 600, IdToken: 600, Interaction: 600, Session: 600 },
    claims: { openid: ['sub'], email: ['email'], profile: ['name'] },
    findAccount: (_: unknown, sub: string) => ({
      accountId: sub,
      claims: () => ({ sub, email: `${sub}@example.com`, name: `${sub} of the tests` }),
    }),
  });
  const server = createServer(provider.callback());
  // Redraw's calls would meet a kept connection that is just being closed.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => server.listen(port, 'localhost', resolve));
  Object.assign(console, { warn, info });
  return {
    issuer,
    approve: (url, login) => new Person(issuer).walk(url, login),
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** A browser at the provider, with cookies and enough HTML parsing for its forms. */
class Person {
  readonly #issuer: string;
  readonly #cookies = new Map<string, string>();

  constructor(issuer: string) {
    this.#issuer = issuer;
  }

  async walk(url: string, login: string): Promise<string> {
    let next = url;
    let body: URLSearchParams | null = null;
    for (let step = 0; step < 12; step++) {
      const response = await this.#go(next, body);
      const location = response.headers.get('Location');
      if (location !== null) {
        next = new URL(location, next).href;
        body = null;
        if (!next.startsWith(this.#issuer)) return next;
        continue;
      }
      const html = await response.text();
      const action = /<form[^>]*action="([^"]+)"/.exec(html)?.[1];
      const prompt = /name="prompt" value="(\w+)"/.exec(html)?.[1];
      if (action === undefined || prompt === undefined) throw new Error(`No form: ${response.status} ${html}`);
      next = new URL(action, next).href;
      body = new URLSearchParams({ prompt, ...(prompt === 'login' ? { login, password: 'x' } : {}) });
    }
    throw new Error('The provider sends its visitors in a circle.');
  }

  async #go(url: string, body: URLSearchParams | null): Promise<Response> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(url, {
      redirect: 'manual',
      headers: { Cookie: cookie },
      ...(body ? { method: 'POST', body } : {}),
    });
    for (const set of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      this.#cookies.set(name, value);
    }
    return response;
  }
}
