import { Hono } from 'hono';
import { offsetClock } from '../async/offset-clock.ts';
import type { Message } from '../operator/inbox.ts';
import { newId } from '../protocol/id.ts';
import { ProblemError } from '../protocol/problems.ts';
import { EnquiryRequest, EvidenceQuery, FeedbackRequest, ReviewRequest } from '../protocol/review-requests.ts';
import { type AppContext, type AppEnv, settingsOf } from './http/app-env.ts';
import { audit } from './http/audit.ts';
import { checked, readJson, unwrap } from './http/request-input.ts';
import { requireCredits, withCredits } from './http/with-credits.ts';
import { callerOf, userOf } from './middleware/visitor.ts';

/** Messages that an account may send in a day. */
const maxFeedback = 20;
const maxEnquiries = 5;

/** Reviews of high usage, feedback and enquiries: for signed-in users, where the operator has credits on. */
export const reviews = new Hono<AppEnv>()
  .get('/account/reviews', async (c) => {
    const { account } = userOf(c);
    return c.json(await withCredits(c, account, (calls) => calls.reviews().list(account)));
  })
  .get('/account/reviews/evidence', async (c) => {
    userOf(c);
    requireCredits(c);
    const { session, turn } = checked(EvidenceQuery, c.req.query());
    const turns = turn === undefined ? null : [turn];
    return c.json(unwrap(await c.env.SESSION.getByName(session).usageEvidence(callerOf(c), turns)));
  })
  .post('/account/reviews', async (c) => {
    const { account } = userOf(c);
    requireCredits(c);
    const request = await readJson(c, ReviewRequest);
    const session = c.env.SESSION.getByName(request.session);
    const seen = unwrap(await session.usageEvidence(callerOf(c), request.turns ?? null));
    const answer = await withCredits(c, account, (calls) => calls.reviews().request(account, request, seen));
    if (answer.state === 'restored') audit(c, 'credits', { method: 'restored' });
    return c.json(answer, 201);
  })
  .post('/account/feedback', async (c) => {
    const { account } = userOf(c);
    requireCredits(c);
    const { session = null, ...message } = await readJson(c, FeedbackRequest);
    if (session !== null) unwrap(await c.env.SESSION.getByName(session).sandboxState(callerOf(c)));
    return c.json(
      await send(c, { ...message, account, session, wants: null, sort: 'feedback', limit: maxFeedback }),
      201,
    );
  })
  .post('/account/plan/enquiry', async (c) => {
    const { account } = userOf(c);
    requireCredits(c);
    const { text, ...wants } = await readJson(c, EnquiryRequest);
    const message = { kind: 'enquiry', text, account, session: null, wants };
    return c.json(await send(c, { ...message, sort: 'enquiry', limit: maxEnquiries }), 201);
  });

/** Puts a message into the operator's inbox. @throws ProblemError `too_many_requests` */
async function send(c: AppContext, message: Omit<Message, 'id'>): Promise<{ id: string }> {
  const id = newId();
  const now = offsetClock(settingsOf(c.env))();
  const retryAfter = await c.env.TREASURY.getByName('treasury').sendMessage({ ...message, id }, now);
  if (retryAfter === 0) return { id };
  const { limit, sort } = message;
  const scope = sort === 'feedback' ? 'feedback' : 'enquiries';
  throw new ProblemError('too_many_requests', `You can send ${limit} of these messages a day.`, {
    ...{ scope, limit, retryAfter },
  });
}
