import { join, resolve } from 'node:path';
import type { ResealReport } from '../src/protocol/resources.ts';
import { readSettings, SettingsError } from '../src/settings.ts';
import { operatorToken } from '../src/vault/operator-token.ts';
import { localSecrets, portOf, readLocalEnv } from './local-settings.ts';

/**
 * Key rotation: asks a running Redraw to reseal every record with the active key of `VAULT_KEYS`. The argument is the deployment's
 * address, by default the Redraw on this machine; the keys are those that the deployment runs with.
 */
const root = join(import.meta.dirname, '..');
const env = readLocalEnv(`${root}/.dev.vars`);

/** @throws SettingsError where the argument is not an address */
function deploymentUrl(): string {
  const text = process.argv[2] ?? `http://localhost:${portOf(env)}`;
  if (!/^https?:/.test(text) || !URL.canParse(text))
    throw new SettingsError(`${text} is not the address of a Redraw, such as https://redraw.example.`);
  return new URL(text).origin;
}

async function resealFrom(url: string, token: string, cursor: string | null): Promise<ResealReport> {
  const response = await fetch(`${url}/api/operator/reseal`, {
    method: 'POST',
    headers: { Origin: url, Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    body: JSON.stringify(cursor === null ? {} : { cursor }),
  }).catch(() => {
    throw new SettingsError(`Nobody answers at ${url}.`);
  });
  if (response.status === 404) throw new SettingsError(`VAULT_KEYS is not what ${url} runs with.`);
  if (!response.ok) throw new SettingsError(`${url} answered ${response.status}.`);
  return (await response.json()) as ResealReport;
}

async function rotate(): Promise<void> {
  const url = deploymentUrl();
  const VAULT_KEYS = env.VAULT_KEYS ?? localSecrets(resolve(root, env.REDRAW_STATE ?? '.wrangler/state')).VAULT_KEYS;
  // Placeholders for the other required settings: those are the deployment's own.
  const { vaultKeys } = readSettings({ PREVIEW_HOST: 'localhost', SESSION_SECRET: '-'.repeat(32), VAULT_KEYS });
  const token = await operatorToken(vaultKeys);
  const sum = { resealed: 0, current: 0, failed: 0 };
  let cursor: string | null = null;
  do {
    const report: ResealReport = await resealFrom(url, token, cursor);
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
