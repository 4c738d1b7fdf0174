import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { SettingsError } from '../src/settings.ts';

/** Settings of `npm start`: the environment takes precedence over `.dev.vars`. */
export type LocalEnv = Record<string, string | undefined>;

/** Reads `.dev.vars`, where it exists, overridden by the environment. An empty value counts as absent. */
export function readLocalEnv(file: string): LocalEnv {
  const stored = existsSync(file) ? parseEnv(readFileSync(file, 'utf8')) : {};
  const merged = { ...stored, ...process.env };
  return Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== undefined && value.trim() !== ''));
}

/** @throws SettingsError where `PORT` is not a port */
export function portOf(env: LocalEnv): number {
  const text = env.PORT ?? '8787';
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port < 1 || port > 65_535)
    throw new SettingsError('PORT must be a port number from 1 to 65535.');
  return port;
}

type LocalSecrets = Record<'SESSION_SECRET' | 'VAULT_KEYS', string>;

/**
 * The secrets of this machine: generated on the first start, stored with the local state, readable by its owner only.
 *
 * @throws SettingsError where the folder cannot be used
 */
export function localSecrets(stateDir: string): LocalSecrets {
  try {
    return readOrMakeSecrets(`${stateDir}/local-secrets.json`, stateDir);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new SettingsError(`REDRAW_STATE ${stateDir} cannot hold the secrets of this machine: ${reason}`);
  }
}

function readOrMakeSecrets(file: string, stateDir: string): LocalSecrets {
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8'));
  const secret = (): string => randomBytes(32).toString('base64url');
  const secrets = {
    SESSION_SECRET: secret(),
    VAULT_KEYS: JSON.stringify({ active: 'k1', keys: { k1: secret() } }),
  };
  mkdirSync(stateDir, { recursive: true });
  writeFileSync(file, JSON.stringify(secrets), { mode: 0o600 });
  return secrets;
}
