import { shelf } from '../preview/library-shelf.ts';
import { isOwnHost, isUnderPreviewHost, parsePreviewHost } from '../preview/preview-host.ts';
import { toPreviewRequest } from '../preview/serve-project-file.ts';
import {
  type ProxyTarget,
  proxyRefusal,
  serverStartingPage,
  toBrowserResponse,
  toServerRequest,
} from '../preview/server-proxy.ts';
import { containerPort } from '../sandbox/container-sandbox.ts';
import { type AppContext, settingsOf } from './http/app-env.ts';

/** Labels seen by this isolate, with their sessions. The session checks that a label is still its own, so an entry may be old. */
const known = new Map<string, string>();
const maxKnown = 10_000;

async function sessionOfLabel(c: AppContext, label: string): Promise<string | null> {
  const cached = known.get(label);
  if (cached !== undefined) return cached;
  const session = await c.env.PREVIEW_LABEL.getByName(label).session();
  if (session !== null) {
    if (known.size >= maxKnown) known.clear();
    known.set(label, session);
  }
  return session;
}

/** What is said on a host where there is nothing. */
export function nothingHere(): Response {
  return new Response('There is nothing at this address.\n', {
    status: 404,
    headers: {
      'Content-Type': 'text/plain; charset=utf-8',
      'Content-Security-Policy': "default-src 'none'; sandbox; frame-ancestors 'none'",
      'X-Content-Type-Options': 'nosniff',
      'X-Robots-Tag': 'noindex',
      'Referrer-Policy': 'no-referrer',
      'Cache-Control': 'no-store',
    },
  });
}

/** Whether a request is for a host of the preview domain, where nothing of Redraw itself may answer. */
export function isPreviewHost(c: AppContext): boolean {
  return isUnderPreviewHost(new URL(c.req.url).host, settingsOf(c.env).previewHost);
}

/** Whether a request is for a host that is neither a preview's nor Redraw's. */
export function isStrangeHost(c: AppContext): boolean {
  return !isOwnHost(new URL(c.req.url).host, settingsOf(c.env).previewHost);
}

/** Answers a request on a preview host from the files of its session. */
export async function answerPreview(c: AppContext): Promise<Response> {
  const name = parsePreviewHost(new URL(c.req.url).host, settingsOf(c.env).previewHost);
  const session = name && (await sessionOfLabel(c, name.label));
  if (!name || session === null) return nothingHere();
  const answer = await c.env.SESSION.getByName(session).preview(name.label, name.version, toPreviewRequest(c.req.raw));
  if (answer === null) return nothingHere();
  if ('port' in answer) return answerFromServer(c, session, name.label, answer);
  const body = answer.body as Uint8Array<ArrayBuffer> | string | null;
  return new Response(c.req.method === 'HEAD' ? null : body, { status: answer.status, headers: answer.headers });
}

/** Answers a request on a preview host from the server that runs in the project's container. */
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
  // A dev server's client knocks every second once its socket is gone: an open tab is to keep no container awake.
  if (request.headers.get('Upgrade') === null)
    c.executionCtx.waitUntil(Promise.resolve(c.env.SESSION.getByName(session).wakeServer(label)));
  return serverStartingPage(served, /\btext\/html\b/.test(request.headers.get('Accept') ?? ''));
}
