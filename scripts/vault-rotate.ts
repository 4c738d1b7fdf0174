import { join, resolve } from 'node:path';
import type { ResealReport } from '../src/protocol/resources.ts';
import { readSettings, SettingsError } from '../src/settings.ts';
import { operatorToken } from '../src/vault/operator-token.ts';
import { localSecrets, portOf, readLocalEnv } from './local-settings.ts';

/**
 * Has a running Redraw seal every record anew with the active key of `VAULT_KEYS`. The deployment is the argument, default the one
 * on this machine; the keys are those that it runs with.
 */
const root = join(import.meta.dirname, '..');
const env = readLocalEnv(`${root}/.dev.vars`);
const url = new URL(process.argv[2] ?? `http://localhost:${portOf(env)}`).origin;

async function resealFrom(token: string, cursor: string | null): Promise<ResealReport> {
  const response = await fetch(`${url}/api/operator/reseal`, {
    method: 'POST',
    headers: { Origin: url, Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    body: JSON.stringify(cursor === null ? {} : { cursor }),
  });
  if (response.status === 404) throw new SettingsError(`VAULT_KEYS is not what ${url} runs with.`);
  if (!response.ok) throw new SettingsError(`${url} answered ${response.status}.`);
  return (await response.json()) as ResealReport;
}

async function rotate(): Promise<void> {
  const VAULT_KEYS = env.VAULT_KEYS ?? localSecrets(resolve(root, env.REDRAW_STATE ?? '.wrangler/state')).VAULT_KEYS;
  // The other settings are the deployment's own.
  const { vaultKeys } = readSettings({ PREVIEW_HOST: 'localhost', SESSION_SECRET: '-'.repeat(32), VAULT_KEYS });
  const token = await operatorToken(vaultKeys);
  const sum = { resealed: 0, current: 0, failed: 0 };
  let cursor: string | null = null;
  do {
    const report: ResealReport = await resealFrom(token, cursor);
    sum.resealed += report.resealed;
    sum.current += report.current;
    sum.failed += report.failed;
    cursor = report.cursor;
  } while (cursor !== null);
  console.log(`Sealed anew with the key ${vaultKeys.active}: ${sum.resealed}. Were already: ${sum.current}.`);
  if (sum.failed === 0) return;
  console.error(`Could not be opened: ${sum.failed}. Keep the old keys, look at the log, and run this again.`);
  process.exitCode = 1;
}

try {
  await rotate();
} catch (error) {
  console.error(error instanceof SettingsError ? error.message : error);
  process.exitCode = 1;
}
