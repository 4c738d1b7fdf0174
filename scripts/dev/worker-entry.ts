import { Hono } from 'hono';
import { app } from '../../src/routes/app.ts';
import type { AppEnv } from '../../src/routes/http/app-env.ts';
import { isForeignHost, isPreviewHost } from '../../src/routes/preview.ts';
import { devPolicy } from './page-policy.ts';

export * from '../../src/worker.ts';

const policyHeader = 'Content-Security-Policy';

/** The Worker for development: `ASSETS` is Vite's server, which is asked for the page's modules with their query. */
const dev = new Hono<AppEnv>({ strict: false })
  .get('/_redraw/app/*', (c, next) =>
    isPreviewHost(c) || isForeignHost(c) || c.req.path.endsWith('.html') ? next() : c.env.ASSETS.fetch(c.req.raw),
  )
  .all('*', async (c) => {
    const response = await app.fetch(c.req.raw, c.env, c.executionCtx);
    const policy = response.headers.get(policyHeader);
    if (policy === null || isPreviewHost(c)) return response;
    const changed = new Response(response.body, response);
    changed.headers.set(policyHeader, devPolicy(policy));
    return changed;
  });

export default dev;
