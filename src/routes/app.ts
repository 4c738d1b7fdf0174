import { Hono } from 'hono';
import { ProblemError } from '../protocol/problems.ts';
import { account } from './account.ts';
import { chat } from './chat.ts';
import { claudeCallback, claudeConnection } from './claude-connection.ts';
import { credits } from './credits.ts';
import { files } from './files.ts';
import { freshStart } from './fresh-start.ts';
import type { AppEnv } from './http/app-env.ts';
import { limitCalls } from './middleware/call-limits.ts';
import { httpsOnly } from './middleware/https-only.ts';
import { answerProblem } from './middleware/problems.ts';
import { securityHeaders } from './middleware/response-headers.ts';
import { sameOriginOnly } from './middleware/same-origin.ts';
import { identifyVisitor, readCookie } from './middleware/visitor.ts';
import { oidc } from './oidc.ts';
import { operator } from './operator.ts';
import {
  appAsset,
  appPage,
  brokenPage,
  landingPage,
  notFound,
  onlyRead,
  plansPage,
  projectPage,
  thirdParty,
} from './pages.ts';
import { auth } from './passkeys.ts';
import { answerPreview, brokenPreview, isForeignHost, isPreviewHost, nothingServed } from './preview.ts';
import { reviews } from './reviews.ts';
import { sandbox } from './sandbox.ts';
import { sessions } from './sessions.ts';
import { history } from './versions.ts';

const api = new Hono<AppEnv>()
  .use(async (c, next) => {
    await next();
    // The headers of a WebSocket handshake are immutable.
    if (c.res.status === 101) return;
    if (!c.res.headers.has('Cache-Control')) c.res.headers.set('Cache-Control', 'no-store');
    // RFC 9110, 6.6.1: pages count down by the server's time.
    c.res.headers.set('Date', new Date().toUTCString());
  })
  .use(sameOriginOnly, readCookie, limitCalls, identifyVisitor)
  .route('/chat', chat)
  .route('/sessions', sessions)
  .route('/sessions', history)
  .route('/sessions', freshStart)
  .route('/sessions', files)
  .route('/sessions', sandbox)
  .route('/auth', auth)
  .route('/auth/oidc', oidc)
  .route('/account/connection', claudeConnection)
  .route('/operator', operator)
  .route('/', account)
  .route('/', credits)
  .route('/', reviews)
  .all('*', () => {
    throw new ProblemError('not_found', 'There is no such call.', { reason: 'call' });
  });

/** The HTTP routes of Redraw: previews, the API, the pages and the built files of the web app. */
export const app = new Hono<AppEnv>({ strict: false })
  .use(securityHeaders)
  .use(async (c, next) => (isForeignHost(c) ? nothingServed(c) : next()))
  .use(httpsOnly)
  // A preview host serves an untrusted app: no route below may answer there.
  .use(async (c, next) =>
    isPreviewHost(c) ? answerPreview(c).catch((error: unknown) => brokenPreview(c, error)) : next(),
  )
  .route('/api', api)
  .all('*', async (c, next) => (c.req.method === 'GET' || c.req.method === 'HEAD' ? next() : onlyRead(c)))
  .get('*', claudeCallback)
  .get('/', landingPage)
  .get('/s/:id{[a-z2-7]{26}}', projectPage)
  .get('/account', appPage)
  .get('/plans', plansPage)
  .get('/_redraw/app/*', appAsset)
  .get('/_redraw/THIRD-PARTY.txt', thirdParty)
  .notFound(notFound)
  .onError((error, c) => {
    const problem = answerProblem(error, c);
    return error instanceof ProblemError || c.req.path.startsWith('/api/') ? problem : brokenPage(c);
  });
