import { inject } from 'vitest';
import { fetchOnce } from './fetch-once.ts';
import { type Lease, newStateFolder, type PoolCalls } from './redraw-pool.ts';

/** A running Redraw. */
export interface Redraw {
  /** For example `http://localhost:24567`. */
  url: string;
  port: number;
  /** Path of the state folder. */
  state: string;
  /** What it has logged so far. */
  output(): Promise<string>;
  /** Kills it with SIGKILL, as a power cut would; resolves when it has ended. */
  kill(): Promise<void>;
  /** Starts it again on the same port and state, with some settings changed. */
  restart(changes?: Record<string, string>): Promise<void>;
  /** Stops it and deletes its state. */
  close(): Promise<void>;
}

/** A Redraw of the pool. */
export interface PooledRedraw extends Redraw {
  /** The port at which it asks for Claude, where its settings do not say another. */
  claudePort: number;
}

async function ask<Call extends keyof PoolCalls>(
  call: Call,
  request: Parameters<PoolCalls[Call]>[0] | null = null,
): Promise<Awaited<ReturnType<PoolCalls[Call]>>> {
  const url = `${inject('redrawPool')}/${call}`;
  const response = await fetchOnce(url, { method: 'POST', body: JSON.stringify(request) });
  const text = await response.text();
  if (!response.ok) throw new Error(text);
  return JSON.parse(text);
}

function redrawOf(leased: Lease): PooledRedraw {
  const { url } = leased;
  return {
    ...leased,
    output: () => ask('output', { url }),
    kill: () => ask('kill', { url }),
    restart: (changes = {}) => ask('restart', { url, changes }),
    close: () => ask('release', { url }),
  };
}

/**
 * A Redraw that other files share, one after the other: its visitors are the file's own, its settings are those of the pool. The next file
 * gets another where it was killed and not started again.
 */
export const leaseSharedRedraw = async (): Promise<PooledRedraw> => redrawOf(await ask('lease', null));

/**
 * Starts a Redraw of the file's own.
 *
 * @param settings for example `ANTHROPIC_BASE_URL` with the URL of a simulator; a function where they need Redraw's own URL
 * @param fillState puts something into the state folder before the start
 */
export async function startRedraw(
  settings: Record<string, string> | ((url: string) => Record<string, string>),
  fillState: (state: string) => void = () => undefined,
): Promise<PooledRedraw> {
  const state = newStateFolder();
  fillState(state);
  const port = await ask('port');
  const given = typeof settings === 'function' ? settings(`http://localhost:${port}`) : settings;
  return redrawOf(await ask('lease', { settings: given, port, state }));
}
