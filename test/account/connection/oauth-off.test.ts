import { Hono } from 'hono';
import { expect, it } from 'vitest';
import type { Problem } from '../../../src/protocol/problems.ts';
import { claudeConnection } from '../../../src/routes/claude-connection.ts';
import type { AppEnv } from '../../../src/routes/http/app-env.ts';
import { answerProblem } from '../../../src/routes/middleware/problems.ts';
import { oauthClient } from '../../oauth-server/client.ts';

const app = new Hono<AppEnv>().route('/', claudeConnection).onError(answerProblem);

const oauth = {
  CLAUDE_OAUTH_CLIENT_ID: oauthClient.clientId,
  CLAUDE_OAUTH_AUTHORIZE_URL: oauthClient.authorizeUrl,
  CLAUDE_OAUTH_TOKEN_URL: oauthClient.tokenUrl,
  CLAUDE_OAUTH_REDIRECT_URI: oauthClient.redirectUri,
  CLAUDE_OAUTH_SCOPES: oauthClient.scopes,
  CLAUDE_OAUTH_BETA: oauthClient.beta,
  CLAUDE_OAUTH_ACKNOWLEDGED: 'yes',
};

async function codeOf(path: string, body: object, settings: Record<string, string>): Promise<string> {
  const env = {
    PREVIEW_HOST: 'localhost',
    SESSION_SECRET: 'x'.repeat(32),
    VAULT_KEYS: JSON.stringify({ active: 'k1', keys: { k1: 'A'.repeat(43) } }),
    ...settings,
  };
  const response = await app.request(path, { method: 'POST', body: JSON.stringify(body) }, env);
  return ((await response.json()) as Problem).code;
}

const calls: [string, object][] = [
  ['/', { kind: 'api_key', key: 'sk-good' }],
  ['/oauth/start', {}],
  ['/oauth/finish', { code: 'a#b' }],
];

it.each(calls)('a site with a scripted model takes no connection: %s', async (path, body) => {
  expect(await codeOf(path, body, { ...oauth, REDRAW_DEMO: '1' })).toBe('demo_mode');
});

it.each(Object.keys(oauth))('no connection by OAuth is made without %s', async (missing) => {
  for (const [path, body] of calls.slice(1))
    expect(await codeOf(path, body, { ...oauth, [missing]: '' })).toBe('not_found');
  if (missing === 'CLAUDE_OAUTH_ACKNOWLEDGED')
    expect(await codeOf('/oauth/start', {}, { ...oauth, [missing]: 'no' })).toBe('not_found');
});
