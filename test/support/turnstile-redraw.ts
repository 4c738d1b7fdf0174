import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { buildAll } from '../../scripts/build.ts';
import { type Server, startServer } from '../../scripts/server.ts';
import { type Simulator, startSimulator } from '../claude-simulator/simulator.ts';
import { freePort } from './free-port.ts';
import type { Redraw } from './start-redraw.ts';

const siteverify = 'https://challenges.cloudflare.com/turnstile/v0/siteverify';

/** A Redraw whose Turnstile is simulated. */
export interface TurnstileRedraw {
  readonly url: string;
  readonly simulator: Simulator;
  /** Its state folder, as the readers of state folders take it. */
  readonly redraw: Pick<Redraw, 'state'>;
  /** The requests to Cloudflare. */
  readonly asked: readonly Record<string, string>[];
}

/** Has a Redraw with Turnstile for the tests of a file. Cloudflare's validation passes a token that begins with `good`, once. */
export function useTurnstile(settings: Record<string, string> = {}): TurnstileRedraw {
  const state = mkdtempSync(join(tmpdir(), 'redraw-turnstile-'));
  const asked: Record<string, string>[] = [];
  const spent = new Set<string>();
  let started: { url: string; simulator: Simulator; server: Server } | undefined;

  async function cloudflare(request: Request): Promise<Response> {
    const form = Object.fromEntries(new URLSearchParams(await request.text()));
    asked.push(form);
    const token = form.response ?? '';
    if (token === 'trouble') return new Response('<h1>502</h1>', { status: 502 });
    const success = request.method === 'POST' && token.startsWith('good') && !spent.has(token);
    spent.add(token);
    return Response.json({ success, 'error-codes': success ? [] : ['timeout-or-duplicate'] });
  }

  beforeAll(async () => {
    const simulator = await startSimulator({ script: [{}], repeatLast: true });
    const port = await freePort();
    await buildAll();
    const server = await startServer({
      port,
      stateDir: state,
      bindings: {
        PREVIEW_HOST: `localhost:${port}`,
        SESSION_SECRET: 'x'.repeat(32),
        VAULT_KEYS: JSON.stringify({ active: 'k1', keys: { k1: 'A'.repeat(43) } }),
        ANTHROPIC_BASE_URL: simulator.url,
        TURNSTILE_SITE_KEY: 'site-key',
        TURNSTILE_SECRET: 'the-secret',
        ...settings,
      },
      network: (request) => (request.url === siteverify ? cloudflare(request) : passOn(request)),
    });
    started = { url: `http://localhost:${port}`, simulator, server };
  });
  afterAll(async () => {
    await started?.server.close();
    await started?.simulator.close();
    rmSync(state, { recursive: true, force: true });
  });
  const running = () => {
    if (started === undefined) throw new Error('Redraw is not started yet.');
    return started;
  };
  return {
    get url() {
      return running().url;
    },
    get simulator() {
      return running().simulator;
    },
    redraw: { state },
    asked,
  };
}

/** Forwards a request as Node's own `Request`: the server's class is another one. */
async function passOn(request: Request): Promise<Response> {
  const { url, method } = request;
  const body = method === 'GET' ? {} : { body: await request.arrayBuffer() };
  return fetch(url, { method, headers: [...request.headers], ...body });
}
