import { createMiddleware } from 'hono/factory';
import { isLoopbackHost } from '../../net/secure-url.ts';
import type { AppEnv } from '../http/app-env.ts';

/**
 * Headers of every answer that does not set its own: one that a browser must neither sniff, frame, embed nor run anything of. Pages
 * (`pages.ts`) and previews (`src/preview/security-headers.ts`) have policies of their own. Hono's `secureHeaders` is not used: it
 * overwrites the policy that a route has set.
 */
const defaults = {
  'X-Content-Type-Options': 'nosniff',
  'Content-Security-Policy':
    "script-src 'none'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
} as const;

/** Two years, the least that the lists of browsers take. The subdomains of Redraw's host and of a preview's are nobody else's. */
const transportSecurity = 'max-age=63072000; includeSubDomains';

/** Sets the security headers of an answer, whatever it is and wherever it comes from. */
export const securityHeaders = createMiddleware<AppEnv>(async (c, next) => {
  await next();
  // The headers of a WebSocket handshake are immutable.
  if (c.res.status === 101) return;
  const { headers } = c.res;
  for (const [name, value] of Object.entries(defaults)) if (!headers.has(name)) headers.set(name, value);
  const { protocol, hostname } = new URL(c.req.url);
  // RFC 6797, 7.2: never over http. On this machine it would close every other server's http, too.
  if (protocol === 'https:' && !isLoopbackHost(hostname)) headers.set('Strict-Transport-Security', transportSecurity);
});
