import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json as readJson, text as readText } from 'node:stream/consumers';
import { AuthorizationServer, Dropped, type Fault, type ServerOptions } from './authorization-server.ts';

export interface OAuthServer {
  /** The authorization server itself, for tests in the same process. */
  server: AuthorizationServer;
  /** The base URL: `/authorize` and `/token` are below it. */
  url: string;
  /** The settings with which Redraw connects to it; from then on it redirects there and nowhere else. */
  settingsFor(redirectUri: string): Record<string, string>;
  close(): Promise<void>;
}

/** What a test in another process may ask for, as `POST /__control`. */
export interface Control {
  faults?: Fault[];
  replays?: boolean;
  release?: boolean;
  /** Answer once so many token requests have been done. */
  done?: number;
  /** Forget the record of token requests first. */
  reset?: boolean;
}

/** Starts an authorization server on 127.0.0.1. */
export async function startOAuthServer(options: Partial<ServerOptions> = {}): Promise<OAuthServer> {
  const given: ServerOptions = {
    clientId: 'redraw-test-client',
    redirectUri: 'http://localhost:8787/account/claude',
    scopes: 'inference profile',
    format: 'json',
    ...options,
  };
  const server = new AuthorizationServer(given);

  async function answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(incoming.url ?? '/', 'http://server');
    switch (`${incoming.method} ${url.pathname}`) {
      case 'GET /authorize':
        response.writeHead(302, { Location: server.authorize(url).href }).end();
        return;
      case 'POST /token': {
        const { status, headers, body } = await server.token(
          incoming.headers['content-type'] ?? '',
          await readText(incoming),
        );
        response.writeHead(status, { ...headers, 'Content-Type': 'application/json' }).end(JSON.stringify(body));
        return;
      }
      case 'POST /__control': {
        const control = (await readJson(incoming)) as Control;
        if (control.reset) server.tokenRequests.length = 0;
        if (control.replays !== undefined) server.replays = control.replays;
        if (control.faults) server.faults.push(...control.faults);
        if (control.release) server.release();
        if (control.done !== undefined) await server.done(control.done);
        response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(server.tokenRequests));
        return;
      }
      default:
        response.writeHead(404).end();
    }
  }

  const http = createServer((incoming, response) => {
    answer(incoming, response).catch((error: unknown) => {
      if (error instanceof Dropped) return response.destroy();
      response.writeHead(400, { 'Content-Type': 'application/json' });
      response.end(JSON.stringify({ error: 'invalid_request', error_description: String(error) }));
    });
  });
  // Redraw's calls would meet a kept connection that is just being closed.
  http.keepAliveTimeout = 0;
  http.listen(0, '127.0.0.1');
  await new Promise<void>((resolve, reject) => http.once('listening', resolve).once('error', reject));
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  return {
    server,
    url,
    settingsFor: (redirectUri) => {
      given.redirectUri = redirectUri;
      return {
        CLAUDE_OAUTH_CLIENT_ID: given.clientId,
        CLAUDE_OAUTH_AUTHORIZE_URL: `${url}/authorize`,
        CLAUDE_OAUTH_TOKEN_URL: `${url}/token`,
        CLAUDE_OAUTH_REDIRECT_URI: redirectUri,
        CLAUDE_OAUTH_SCOPES: given.scopes,
        CLAUDE_OAUTH_BETA: 'oauth-test-beta',
        CLAUDE_OAUTH_TOKEN_FORMAT: given.format,
        CLAUDE_OAUTH_ACKNOWLEDGED: 'yes',
      };
    },
    close: async () => {
      const closed = new Promise<void>((resolve) => http.close(() => resolve()));
      http.closeAllConnections();
      await closed;
    },
  };
}
