import { Hono } from 'hono';
import { createMiddleware } from 'hono/factory';
import * as v from 'valibot';
import { offsetClock } from '../async/offset-clock.ts';
import type { Treasury } from '../operator/treasury.ts';
import { OperatorGrantRequest, OperatorPlanRequest, PromoCodeRequest } from '../protocol/credit-requests.ts';
import { newId } from '../protocol/id.ts';
import { ProblemError } from '../protocol/problems.ts';
import type { ResealReport } from '../protocol/resources.ts';
import { InboxQuery, ReviewDecision, ReviewsQuery } from '../protocol/review-requests.ts';
import { isOperatorToken, isSameSecret } from '../vault/operator-token.ts';
import { type AppContext, type AppEnv, settingsOf } from './http/app-env.ts';
import { audit } from './http/audit.ts';
import { checked, readJson } from './http/request-input.ts';
import { requireCredits, withCredits } from './http/with-credits.ts';

/** Records per call; few, because each takes a call to an account and the answer must come in time. */
const pageSize = 100;

const ResealRequest = v.object({ cursor: v.optional(v.string()) });

/** The token of the call (RFC 6750, 2.1); empty without one. */
const bearerOf = (c: AppContext): string => /^Bearer (\S+)$/.exec(c.req.header('Authorization') ?? '')?.[1] ?? '';

/** @throws ProblemError `not_found` for whoever may not know that there is such a call */
function refuse(c: AppContext): never {
  audit(c, 'refused', { code: 'not_found', why: 'operator' });
  throw new ProblemError('not_found', 'There is no such call.', { reason: 'call' });
}

/** For holders of `OPERATOR_SECRET`. */
const operatorOnly = createMiddleware<AppEnv>(async (c, next) => {
  const { operatorSecret } = settingsOf(c.env);
  if (operatorSecret === null || !(await isSameSecret(bearerOf(c), operatorSecret))) refuse(c);
  await next();
});

/** `/api/operator`: 404 for any other caller. */
export const operator = new Hono<AppEnv>()
  // For holders of `VAULT_KEYS`.
  .post('/reseal', async (c) => {
    if (!(await isOperatorToken(settingsOf(c.env).vaultKeys, bearerOf(c)))) refuse(c);
    const { cursor } = await readJson(c, ResealRequest);
    return c.json(await resealPage(c, cursor));
  })
  .post('/grants', operatorOnly, async (c) => {
    const { account, id = newId(), ...grant } = await readJson(c, OperatorGrantRequest);
    const given = await withCredits(c, account, (credits) => credits.give({ ...grant, id: `operator ${id}` }));
    audit(c, 'credits', { method: grant.kind }, account);
    return c.json(given);
  })
  .post('/plans', operatorOnly, async (c) => {
    const { account, plan, until } = await readJson(c, OperatorPlanRequest);
    const set = await withCredits(c, account, (credits) => credits.setPlan(plan, until));
    audit(c, 'credits', { method: 'plan' }, account);
    return c.json(set);
  })
  .post('/promo-codes', operatorOnly, async (c) => {
    requireCredits(c);
    const code = await readJson(c, PromoCodeRequest);
    await c.env.TREASURY.getByName('treasury').setPromoCode(code);
    return c.json(code);
  })
  .get('/reviews', operatorOnly, async (c) => {
    const { state = null, cursor = null } = checked(ReviewsQuery, c.req.query());
    return c.json(await inboxOf(c).reviews(state, cursor));
  })
  // The inbox decides once, then the account carries it out, once: a lost answer may be asked for again.
  .post('/reviews/:id', operatorOnly, async (c) => {
    const inbox = inboxOf(c);
    const { credits = 0, ...decision } = await readJson(c, ReviewDecision);
    const now = offsetClock(settingsOf(c.env))();
    const id = c.req.param('id');
    const decided = await inbox.decideReview(id, { ...decision, credits }, now);
    if (!decided.ok && decided.why === 'unknown')
      throw new ProblemError('not_found', 'There is no such review.', { reason: 'review' });
    if (!decided.ok)
      throw new ProblemError('invalid_request', 'This review was decided otherwise.', { reason: 'decided' });
    const { account } = decided;
    const review = await withCredits(c, account, (calls) => calls.reviews().decide(id, decided.decision));
    if (!decided.isRepeated) audit(c, 'credits', { method: 'review', outcome: decision.decision }, account);
    return c.json(review);
  })
  .get('/feedback', operatorOnly, async (c) => {
    const { cursor = null } = checked(InboxQuery, c.req.query());
    return c.json(await inboxOf(c).messages('feedback', cursor));
  })
  .get('/enquiries', operatorOnly, async (c) => {
    const { cursor = null } = checked(InboxQuery, c.req.query());
    return c.json(await inboxOf(c).messages('enquiry', cursor));
  });

/** The object that has the operator's inbox. @throws ProblemError `not_found` where credits are off */
function inboxOf(c: AppContext): DurableObjectStub<Treasury> {
  requireCredits(c);
  return c.env.TREASURY.getByName('treasury');
}

/** Lets the accounts of one page of records reseal them with the active key. */
async function resealPage(c: AppContext, cursor: string | undefined): Promise<ResealReport> {
  const page = await c.env.VAULT.list({ prefix: 'cred/', limit: pageSize, ...(cursor !== undefined && { cursor }) });
  const accounts = new Set(page.keys.flatMap(({ name }) => /^cred\/([0-9a-f]{64})\/\d+$/.exec(name)?.[1] ?? []));
  const report = { resealed: 0, current: 0, failed: 0 };
  await Promise.all(
    [...accounts].map(async (account) => {
      const { ACCOUNT } = c.env;
      const reply = await ACCOUNT.get(ACCOUNT.idFromString(account))
        .reseal()
        .catch(() => null);
      if (!reply?.ok) report.failed += 1;
      else if (reply.value !== 'none') report[reply.value] += 1;
    }),
  );
  return { ...report, cursor: page.list_complete ? null : page.cursor };
}
