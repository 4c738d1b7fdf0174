import { createMiddleware } from 'hono/factory';
import { isLoopbackHost } from '../../net/secure-url.ts';
import { isUnderPreviewHost } from '../../preview/preview-host.ts';
import { ProblemError } from '../../protocol/problems.ts';
import { type AppEnv, settingsOf } from '../http/app-env.ts';

/**
 * Refuses what came over plain http, before a body is read or a cookie looked at: a page is redirected, a call is not, because what it
 * holds has been seen by then. This machine's own hosts are exempt. The scheme is that of the request's URL, which is the browser's; a
 * header that a client may send (`X-Forwarded-Proto`) says nothing.
 */
export const httpsOnly = createMiddleware<AppEnv>(async (c, next) => {
  const url = new URL(c.req.url);
  if (url.protocol !== 'http:' || isLoopbackHost(url.hostname)) return next();
  const isPreview = isUnderPreviewHost(url.host, settingsOf(c.env).previewHost);
  const isRead = c.req.method === 'GET' || c.req.method === 'HEAD';
  if (isRead && (isPreview || !isCall(url.pathname))) {
    url.protocol = 'https:';
    // The port of http is not the one of https.
    url.port = '';
    return c.body(null, 308, { Location: url.href, 'Cache-Control': 'no-store' });
  }
  const sentence = 'Nothing is taken over plain http here. Use https.';
  if (!isPreview) throw new ProblemError('https_required', sentence);
  return c.text(`${sentence}\n`, 403, { 'Cache-Control': 'no-store' });
});

const isCall = (path: string): boolean => path === '/api' || path.startsWith('/api/');
