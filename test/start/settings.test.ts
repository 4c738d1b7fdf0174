import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { readSettings, SettingsError } from '../../src/settings.ts';
import { freePort } from '../support/redraw.ts';

vi.setConfig({ testTimeout: 60_000 });

const root = fileURLToPath(new URL('../..', import.meta.url));
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'redraw-settings-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the start with settings that stop it; resolves with what it printed. */
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

const malformed: [string, string][] = [
  ['PORT', 'eighty'],
  ['PORT', '70000'],
  ['ANTHROPIC_API_KEY', 'two words'],
  ['ANTHROPIC_BASE_URL', 'localhost'],
  ['ANTHROPIC_BASE_URL', 'ftp://example.com'],
  ['ANON_TURN_LIMIT', '-1'],
  ['HOSTED_DAILY_USD', '$25'],
  ['NEW_VISITORS_PER_ADDRESS', '1.5'],
  ['CLAUDE_MAX_RETRIES', '1000'],
  ['CLAUDE_RETRY_BASE_MS', '0'],
  ['PREVIEW_HOST', 'http://localhost'],
  ['SESSION_SECRET', 'short'],
];

it.concurrent.each(malformed)('stops the start with one sentence: %s=%s', async (name, value) => {
  const { code, out, err } = await failedStart({ [name]: value });
  expect(err).toMatch(new RegExp(`^${name} [^\\n]*\\.\\n$`));
  expect({ code, out }).toEqual({ code: 1, out: '' });
});

it('stops the start with one sentence where the state cannot be kept', async () => {
  const file = join(folder, 'file');
  writeFileSync(file, '');
  const { code, out, err } = await failedStart({ REDRAW_STATE: join(file, 'state') });
  expect(err).toMatch(/^REDRAW_STATE [^\n]*\n$/);
  expect({ code, out }).toEqual({ code: 1, out: '' });
});

const required = { PREVIEW_HOST: 'preview.example.com', SESSION_SECRET: 's'.repeat(32) };

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
    sessionSecret: 's'.repeat(32),
    demo: false,
  });
});
