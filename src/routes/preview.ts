import { logError } from '../log/error-log.ts';
import {
  type ProxyTarget,
  proxyRefusal,
  serverStartingPage,
  toBrowserResponse,
  toServerRequest,
} from '../preview/app-server-proxy.ts';
import { shelf } from '../preview/library-shelf.ts';
import { pageWords } from '../preview/page-words.ts';
import { isOwnHost, isUnderPreviewHost, parsePreviewHost } from '../preview/preview-host.ts';
import { toPreviewRequest } from '../preview/serve-project-file.ts';
import { acceptedLanguage } from '../protocol/accept-language.ts';
import { ProblemError } from '../protocol/problems.ts';
import { containerPort } from '../sandbox/container-sandbox.ts';
import { type AppContext, settingsOf } from './http/app-env.ts';
import { audit } from './http/audit.ts';
import { sizedBody } from './http/sized-body.ts';

/** This isolate's cache: label to session. Entries may be stale, as the session checks that a label is still its own. */
const sessionsByLabel = new Map<string, string>();
const maxCachedLabels = 10_000;

async function sessionOfLabel(c: AppContext, label: string): Promise<string | null> {
  const cached = sessionsByLabel.get(label);
  if (cached !== undefined) return cached;
  const session = await c.env.PREVIEW_LABEL.getByName(label).session();
  if (session !== null) {
    if (sessionsByLabel.size >= maxCachedLabels) sessionsByLabel.clear();
    sessionsByLabel.set(label, session);
  }
  return session;
}

/** The answer on a host that serves nothing. */
export const nothingServed = (c: AppContext): Response => refuse(c, 'address', 404);

/** The answer to a label that permits nothing (any more). */
function unknownLabel(c: AppContext): Response {
  audit(c, 'refused', { code: 'not_found', why: 'preview' });
  return nothingServed(c);
}

/** The answer where a preview broke. It says nothing of Redraw. */
export function brokenPreview(c: AppContext, error: unknown): Response {
  if (error instanceof ProblemError) throw error;
  logError(error);
  return refuse(c, 'broken', 500);
}

function refuse(c: AppContext, why: 'address' | 'broken', status: number): Response {
  const language = acceptedLanguage(c.req.header('Accept-Language'));
  return new Response(`${pageWords[language].refusals[why]}\n`, {
    status,
    headers: {
      'Content-Type': 'text/plain; charset=utf-8',
      'Content-Language': language,
      'Content-Security-Policy':
        "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox",
      'X-Content-Type-Options': 'nosniff',
      'X-Robots-Tag': 'noindex',
      'Referrer-Policy': 'no-referrer',
      'Cache-Control': 'no-store',
    },
  });
}

/** Whether a request is for a host of the preview domain, where Redraw itself must not answer. */
export function isPreviewHost(c: AppContext): boolean {
  return isUnderPreviewHost(new URL(c.req.url).host, settingsOf(c.env).previewHost);
}

/** Whether a request is for a host that is neither a preview's nor Redraw's own. */
export function isForeignHost(c: AppContext): boolean {
  return !isOwnHost(new URL(c.req.url).host, settingsOf(c.env).previewHost);
}

/** Answers a request on a preview host, from the project's files or from its server. */
export async function answerPreview(c: AppContext): Promise<Response> {
  const name = parsePreviewHost(new URL(c.req.url).host, settingsOf(c.env).previewHost);
  const session = name && (await sessionOfLabel(c, name.label));
  if (!name || session === null) return unknownLabel(c);
  const answer = await c.env.SESSION.getByName(session).preview(name.label, name.version, toPreviewRequest(c.req.raw));
  if (answer === null) return unknownLabel(c);
  if ('port' in answer) return answerFromServer(c, session, name.label, answer);
  const body = answer.length === null ? (answer.body as string | null) : sizedBody(answer.body, answer.length);
  return new Response(c.req.method === 'HEAD' ? null : body, { status: answer.status, headers: answer.headers });
}

/** Answers a request on a preview host from the server in the project's container. */
async function answerFromServer(c: AppContext, session: string, label: string, served: ProxyTarget): Promise<Response> {
  const request = c.req.raw;
  const refusal = proxyRefusal(request);
  if (refusal) {
    const answer = new Response(`${refusal.sentence}\n`, { status: refusal.status });
    return toBrowserResponse(answer, served, shelf);
  }
  const container = c.env.SANDBOX?.getByName(served.sandbox);
  const answer = await (container && containerPort(container, served.port).fetch(toServerRequest(request)));
  if (answer && !answer.headers.has('x-redraw-sandbox'))
    return answer.webSocket ? answer : toBrowserResponse(answer, served, shelf);
  // A dev server's client reconnects every second once its WebSocket is gone: that must not wake a sleeping container.
  if (request.headers.get('Upgrade') === null)
    c.executionCtx.waitUntil(Promise.resolve(c.env.SESSION.getByName(session).wakeServer(label)));
  return serverStartingPage(served, request);
}
