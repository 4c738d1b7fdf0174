import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { portOf } from '../../scripts/local-settings.ts';
import { readSettings, SettingsError } from '../../src/settings.ts';
import { freePort } from '../support/free-port.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'redraw-settings-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the start with settings that make it fail. @returns its output */
async function failedStart(env: Record<string, string>): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn(process.execPath, ['scripts/start.ts'], {
    cwd: root,
    env: { ...process.env, PORT: String(await freePort()), REDRAW_STATE: join(folder, 'state'), ...env },
  });
  let out = '';
  let err = '';
  child.stdout.on('data', (data) => {
    out += String(data);
  });
  child.stderr.on('data', (data) => {
    err += String(data);
  });
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, out, err })));
}

const required = {
  PREVIEW_HOST: 'preview.example.com',
  SESSION_SECRET: 's'.repeat(32),
  VAULT_KEYS: JSON.stringify({ active: 'k1', keys: { k1: 'A'.repeat(43) } }),
};

/** URLs that no secret may be sent to, or that hold one themselves. */
const unsafeUrls = [
  'http://10.0.0.5',
  'http://example.com/token',
  'http://localhost.example.com',
  'https://user:the-password@example.com',
  'http://:the-password@localhost:8080',
];

const oauthUrls = ['CLAUDE_OAUTH_AUTHORIZE_URL', 'CLAUDE_OAUTH_TOKEN_URL', 'CLAUDE_OAUTH_REDIRECT_URI'];

const malformed: [string, string][] = [
  ['PORT', 'eighty'],
  ['PORT', '70000'],
  ['ANTHROPIC_API_KEY', 'two words'],
  ['ANTHROPIC_BASE_URL', 'localhost'],
  ['ANTHROPIC_BASE_URL', 'ftp://example.com'],
  ...['ANTHROPIC_BASE_URL', 'POSTHOG_HOST', 'NPM_REGISTRY', ...oauthUrls].flatMap((name): [string, string][] =>
    unsafeUrls.map((url) => [name, url]),
  ),
  ['ANON_TURN_LIMIT', '-1'],
  ['HOSTED_DAILY_USD', '$25'],
  ['NEW_VISITORS_PER_ADDRESS', '1.5'],
  ['CLAUDE_MAX_RETRIES', '1000'],
  ['CLAUDE_RETRY_BASE_MS', '-1'],
  ['PREVIEW_HOST', 'http://localhost'],
  ['SESSION_SECRET', 'short'],
  ['HOSTED_DAILY_TURNS', 'many'],
  ['KEY_CHECKS_PER_ADDRESS', '-1'],
  ['CALLS_PER_MINUTE', '0'],
  ['VAULT_KEYS', 'k1'],
  ['VAULT_KEYS', '{"active":"k1","keys":{}}'],
  ['VAULT_KEYS', '{"active":"k1","keys":{"k1":"c2hvcnQ"}}'],
  ['VAULT_KEYS', `{"active":"k2","keys":{"k1":"${'A'.repeat(43)}"}}`],
  ['OIDC_PROVIDERS', '[{"id":"corp"}]'],
  ...unsafeUrls.map((url): [string, string] => ['OIDC_PROVIDERS', providers(url)]),
  ['CLAUDE_OAUTH_TOKEN_FORMAT', 'xml'],
  ['CREDITS', 'yes'],
  ['CREDIT_USD', '0'],
  ['CREDIT_USD', '1 cent'],
  ['CREDIT_MARKUP_PERCENT', '12.5'],
  ['CREDIT_MARKUP_PERCENT', '2000'],
  ['PLANS', 'free'],
  ['PLANS', '{"plans":[]}'],
  ['SUPPORT_EMAIL', 'somebody'],
  ['OPERATOR_SECRET', 'short'],
];

function providers(issuer: string): string {
  return JSON.stringify([{ id: 'corp', name: 'Corp', issuer, clientId: 'a', clientSecret: 'b' }]);
}

/** What a start reads: `PORT` is a setting of this machine, not of the Worker. */
const readAll = (env: Record<string, string>) => [portOf(env), readSettings({ ...required, ...env })];

it.each(malformed)('are refused with one sentence: %s=%s', (name, value) => {
  expect(() => readAll({ [name]: value })).toThrow(SettingsError);
  expect(() => readAll({ [name]: value })).toThrow(new RegExp(`^${name} [^\\n]*\\.$`));
  expect(() => readAll({ [name]: value })).not.toThrow('the-password');
});

it.each(['http://localhost:9', 'http://claude.localhost', 'http://127.9.8.7', 'http://[::1]:9', 'https://10.0.0.5'])(
  'take %s for a URL that secrets may be sent to',
  (url) => {
    expect(readSettings({ ...required, ANTHROPIC_BASE_URL: url }).anthropicBaseUrl).toBe(url);
    expect(readSettings({ ...required, POSTHOG_KEY: 'x', POSTHOG_HOST: url }).posthog?.host).toBe(url);
    expect(readSettings({ ...required, OIDC_PROVIDERS: providers(url) }).oidcProviders).toMatchObject([
      { issuer: url },
    ]);
  },
);

it('stop the start with nothing but that sentence, also where the state cannot be kept', async () => {
  const file = join(folder, 'file');
  writeFileSync(file, '');
  const starts: [string, string][] = [
    ['PORT', 'eighty'],
    ['VAULT_KEYS', 'k1'],
    ['REDRAW_STATE', join(file, 'state')],
  ];
  await Promise.all(
    starts.map(async ([name, value]) => {
      const { code, out, err } = await failedStart({ [name]: value });
      expect(err).toMatch(new RegExp(`^${name} [^\\n]*\\n$`));
      expect({ code, out }).toEqual({ code: 1, out: '' });
    }),
  );
});

it.each(Object.keys(required))('does not do without %s', (name) => {
  const env = { ...required, [name]: undefined };
  expect(() => readSettings(env)).toThrow(SettingsError);
  expect(() => readSettings(env)).toThrow(new RegExp(`^${name} is missing: `));
  expect(() => readSettings({ ...env, [name]: ' ' })).toThrow(new RegExp(`^${name} is missing: `));
});

it('has the defaults of the contract', () => {
  expect(readSettings(required)).toEqual({
    anthropicKey: null,
    anthropicBaseUrl: 'https://api.anthropic.com',
    anonTurnLimit: 6,
    hostedDailyUsd: 25,
    newVisitorsPerAddress: null,
    claudeMaxRetries: 10,
    claudeRetryBaseMs: 500,
    previewHost: 'preview.example.com',
    sessionKeys: ['s'.repeat(32)],
    vaultKeys: { active: 'k1', keys: { k1: 'A'.repeat(43) } },
    hostedDailyTurns: 20,
    keyChecksPerAddress: null,
    callsPerMinute: null,
    signUpsPerAddress: null,
    projectsPerAddress: null,
    uploadMibPerAddress: null,
    clockOffsetMs: 0,
    turnstile: null,
    posthog: null,
    oidcProviders: [],
    claudeOAuth: null,
    demo: false,
    noContainers: null,
    maxProjectBytes: 500 * 1024 * 1024,
    visitorProjectDays: 90,
    credits: null,
    supportEmail: null,
    operatorSecret: null,
  });
});

it('has credits where they are switched on, at the built-in plans until others are set', () => {
  const on = { ...required, CREDITS: 'on' };
  expect(readSettings(on).credits).toEqual({ creditUsd: 0.01, markupPercent: 0, plans: null });
  const plan = { id: 'all', name: 'All', dailyCredits: 2.5, models: ['*'] };
  const set = { CREDIT_USD: '0.02', CREDIT_MARKUP_PERCENT: '15', PLANS: JSON.stringify({ plans: [plan] }) };
  expect(readSettings({ ...on, ...set }).credits).toMatchObject({
    ...{ creditUsd: 0.02, markupPercent: 15 },
    plans: { plans: [{ ...plan, monthlyCredits: 0 }], bundles: [] },
  });
  expect(readSettings({ ...required, ...set }).credits).toBeNull();
});

const oauth = {
  CLAUDE_OAUTH_CLIENT_ID: 'client',
  CLAUDE_OAUTH_AUTHORIZE_URL: 'https://id.example.com/authorize',
  CLAUDE_OAUTH_TOKEN_URL: 'http://localhost:9999/token',
  CLAUDE_OAUTH_REDIRECT_URI: 'https://redraw.example.com/callback',
  CLAUDE_OAUTH_SCOPES: 'inference profile',
  CLAUDE_OAUTH_BETA: 'oauth-beta',
  CLAUDE_OAUTH_ACKNOWLEDGED: 'yes',
};

it('has no connection by OAuth until every setting of it is there, and acknowledged', () => {
  expect(readSettings({ ...required, ...oauth }).claudeOAuth).toMatchObject({
    clientId: 'client',
    tokenFormat: 'json',
  });
  for (const name of Object.keys(oauth))
    expect(readSettings({ ...required, ...oauth, [name]: '' }).claudeOAuth).toBeNull();
  expect(readSettings({ ...required, ...oauth, CLAUDE_OAUTH_ACKNOWLEDGED: 'no' }).claudeOAuth).toBeNull();
});
